package dev.mangrove.catalog.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A character model: the last eight characters, embedded, through one hidden layer, predict the next one. Some 1.3 million
 * weights, trained in seconds. One thread.
 */
public final class SmallModel {
    private static final int CONTEXT = 8;
    private static final int EMBEDDING = 64;
    private static final int HIDDEN = 2048;
    private static final int SYMBOLS = SensorText.ALPHABET.length();
    private static final int INPUTS = CONTEXT * EMBEDDING;
    private static final int BATCH = 24;
    private static final int TEXT_CHARS = 20_000;
    private static final int BASE_STEPS = 40;
    private static final int TUNING_STEPS = 20;
    private static final float BASE_RATE = 1e-3f;
    private static final float TUNING_RATE = 2e-5f;

    private final SplittableRandom random;
    private final Weights embedding = new Weights("embedding.weight", SYMBOLS, EMBEDDING);
    private final Weights hidden = new Weights("hidden.weight", INPUTS, HIDDEN);
    private final Weights hiddenBias = new Weights("hidden.bias", 1, HIDDEN);
    private final Weights output = new Weights("output.weight", HIDDEN, SYMBOLS);
    private final Weights outputBias = new Weights("output.bias", 1, SYMBOLS);
    private final List<Weights> all = List.of(embedding, hidden, hiddenBias, output, outputBias);
    private final float[] inputs = new float[INPUTS];
    private final float[] active = new float[HIDDEN];
    private final float[] scores = new float[SYMBOLS];
    private final float[] hiddenGradient = new float[HIDDEN];

    private SmallModel(long seed) {
        random = new SplittableRandom(seed);
        embedding.random(random, 0.5);
        hidden.random(random, 1 / Math.sqrt(INPUTS));
        output.random(random, 1 / Math.sqrt(HIDDEN));
    }

    /** A model trained on what the cameras of one site saw. */
    public static SmallModel trained(long seed) {
        SmallModel model = new SmallModel(seed);
        model.train(SensorText.daytime(seed, TEXT_CHARS), BASE_STEPS, BASE_RATE);
        return model;
    }

    /** Trains it further, gently, on what another site sees, as nightly retraining does. */
    public void finetune() {
        all.forEach(Weights::restart);
        train(SensorText.night(random.nextLong(), TEXT_CHARS), TUNING_STEPS, TUNING_RATE);
    }

    /** Mean surprise in nats for each character of a text it was not trained on. */
    public double loss() {
        int[] text = SensorText.night(4711, 500);
        double sum = 0;
        for (int at = CONTEXT; at < text.length; at++) {
            sum += forward(text, at);
        }
        return sum / (text.length - CONTEXT);
    }

    /** Writes the weights as bf16 in a safetensors file. */
    public void write(Path file) throws IOException {
        WeightsFile.write(file, all);
    }

    private void train(int[] text, int steps, float rate) {
        for (int step = 1; step <= steps; step++) {
            for (int i = 0; i < BATCH; i++) {
                int at = random.nextInt(CONTEXT, text.length);
                forward(text, at);
                backward(text, at);
            }
            for (Weights weights : all) {
                weights.update(rate, step);
            }
        }
    }

    /** Leaves the probabilities in {@link #scores} and returns the surprise of the character that really follows. */
    private double forward(int[] text, int at) {
        for (int i = 0; i < CONTEXT; i++) {
            int symbol = text[at - CONTEXT + i];
            System.arraycopy(embedding.values, symbol * EMBEDDING, inputs, i * EMBEDDING, EMBEDDING);
        }
        System.arraycopy(hiddenBias.values, 0, active, 0, HIDDEN);
        for (int i = 0; i < INPUTS; i++) {
            addScaled(active, 0, hidden.values, i * HIDDEN, inputs[i], HIDDEN);
        }
        System.arraycopy(outputBias.values, 0, scores, 0, SYMBOLS);
        for (int i = 0; i < HIDDEN; i++) {
            active[i] = Math.max(0, active[i]);
            if (active[i] > 0) {
                addScaled(scores, 0, output.values, i * SYMBOLS, active[i], SYMBOLS);
            }
        }
        return surprise(text[at]);
    }

    private double surprise(int symbol) {
        float most = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (int i = 0; i < SYMBOLS; i++) {
            scores[i] = (float) StrictMath.exp(scores[i] - most);
            sum += scores[i];
        }
        for (int i = 0; i < SYMBOLS; i++) {
            scores[i] = (float) (scores[i] / sum);
        }
        return -StrictMath.log(scores[symbol] + 1e-12);
    }

    private void backward(int[] text, int at) {
        scores[text[at]] -= 1;
        for (int i = 0; i < SYMBOLS; i++) {
            scores[i] /= BATCH;
        }
        addScaled(outputBias.gradient, 0, scores, 0, 1, SYMBOLS);
        Arrays.fill(hiddenGradient, 0);
        for (int i = 0; i < HIDDEN; i++) {
            if (active[i] > 0) {
                addScaled(output.gradient, i * SYMBOLS, scores, 0, active[i], SYMBOLS);
                hiddenGradient[i] = product(output.values, i * SYMBOLS, scores, SYMBOLS);
            }
        }
        addScaled(hiddenBias.gradient, 0, hiddenGradient, 0, 1, HIDDEN);
        for (int i = 0; i < INPUTS; i++) {
            addScaled(hidden.gradient, i * HIDDEN, hiddenGradient, 0, inputs[i], HIDDEN);
            int symbol = text[at - CONTEXT + i / EMBEDDING];
            embedding.gradient[symbol * EMBEDDING + i % EMBEDDING] +=
                    product(hidden.values, i * HIDDEN, hiddenGradient, HIDDEN);
        }
    }

    private static void addScaled(float[] to, int toAt, float[] from, int fromAt, float factor, int length) {
        for (int i = 0; i < length; i++) {
            to[toAt + i] += factor * from[fromAt + i];
        }
    }

    /** Four sums in a fixed order: what a processor does at once, and the same on every one. */
    private static float product(float[] one, int oneAt, float[] other, int length) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            a += one[oneAt + i] * other[i];
            b += one[oneAt + i + 1] * other[i + 1];
            c += one[oneAt + i + 2] * other[i + 2];
            d += one[oneAt + i + 3] * other[i + 3];
        }
        for (; i < length; i++) {
            a += one[oneAt + i] * other[i];
        }
        return a + b + (c + d);
    }
}
