package dev.mangrove.delta.tensor;

import dev.mangrove.delta.codec.BlockModel;
import dev.mangrove.delta.codec.ElementForm;
import dev.mangrove.delta.codec.ElementLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Types of tensor elements that are told apart; everything else is {@link #OPAQUE}. The codes are part of the format. */
public enum ElementType {
    OPAQUE(0, 1, null),
    BF16(1, 2, new ElementLayout(16, 8, true)),
    F16(2, 2, new ElementLayout(16, 5, true)),
    F32(3, 4, new ElementLayout(32, 8, true)),
    F8_E4M3(4, 1, new ElementLayout(8, 4, true)),
    F8_E5M2(5, 1, new ElementLayout(8, 5, true)),
    I8(6, 1, new ElementLayout(8, 0, true)),
    U8(7, 1, new ElementLayout(8, 0, false)),
    I16(8, 2, new ElementLayout(16, 0, true)),
    I32(9, 4, new ElementLayout(32, 0, true)),
    I64(10, 8, null),
    F64(11, 8, null),
    BOOL(12, 1, null),
    Q4_0(13, 18, null),
    Q8_0(14, 34, null),
    BF16_AS_F16(15, 2, new ElementLayout(16, 8, true, ElementForm.BF16_AS_F16)),
    BF16_AS_F32(16, 4, new ElementLayout(16, 8, true, ElementForm.BF16_AS_F32)),
    F16_AS_F32(17, 4, new ElementLayout(16, 5, true, ElementForm.F16_AS_F32)),
    Q4_0_BY_SCALE(18, 18, null),
    Q8_0_BY_SCALE(19, 34, null);

    /** Weights in one block of a quantised type. */
    public static final int BLOCK_WEIGHTS = 32;

    private final int code;
    private final int unitBytes;

    @SuppressWarnings("ImmutableEnumChecker") // a record of two numbers and a flag
    private final @Nullable ElementLayout layout;

    ElementType(int code, int unitBytes, @Nullable ElementLayout layout) {
        this.code = code;
        this.unitBytes = unitBytes;
        this.layout = layout;
    }

    /** The number that stands for the type in a delta. */
    public int code() {
        return code;
    }

    /** The type of a code, if there is one. */
    public static Optional<ElementType> ofCode(int code) {
        return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
    }

    /** Bytes of one element, or of one block of a quantised type. */
    public int unitBytes() {
        return unitBytes;
    }

    /** The bits of an element, if differences between elements can be taken. */
    public Optional<ElementLayout> layout() {
        return Optional.ofNullable(layout);
    }

    /** The type that the elements have in the file. */
    public ElementType stored() {
        return switch (this) {
            case BF16_AS_F16 -> F16;
            case BF16_AS_F32, F16_AS_F32 -> F32;
            case Q4_0_BY_SCALE -> Q4_0;
            case Q8_0_BY_SCALE -> Q8_0;
            default -> this;
        };
    }

    /** Narrower types, the narrowest first, whose values elements of this type may all have. */
    public List<ElementType> narrower() {
        return switch (this) {
            case F16 -> List.of(BF16_AS_F16);
            case F32 -> List.of(BF16_AS_F32, F16_AS_F32);
            default -> List.of();
        };
    }

    /** Whether elements come in blocks of a scale and {@value #BLOCK_WEIGHTS} codes. */
    public boolean isBlock() {
        return stored() == Q4_0 || stored() == Q8_0;
    }

    /** The same blocks, coded with contexts by their scales. */
    public ElementType byScale() {
        return switch (stored()) {
            case Q4_0 -> Q4_0_BY_SCALE;
            case Q8_0 -> Q8_0_BY_SCALE;
            default -> throw new IllegalStateException(this + " has no blocks");
        };
    }

    /** How blocks of the type are modelled. */
    public BlockModel blockModel() {
        if (!isBlock()) {
            throw new IllegalStateException(this + " has no blocks");
        }
        return new BlockModel(stored() == Q4_0 ? 4 : 8, this != stored());
    }
}
