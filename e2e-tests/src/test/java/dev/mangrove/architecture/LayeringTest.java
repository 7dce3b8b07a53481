package dev.mangrove.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom, as {@code docs/ARCHITECTURE.md} draws it. Think hard about the layering before changing a rule: a
 * class that does not fit is usually in the wrong package.
 */
class LayeringTest {
    private static final String ROOT = "dev.mangrove.";

    /** Every class of the program, none of its tests. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.mangrove");

    /** Packages of this project by their names below {@code dev.mangrove}, each with what is below it. */
    private static String[] packages(String... names) {
        return java.util.Arrays.stream(names).map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> otherOwnClassesThan(String... names) {
        DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideInAnyPackage(packages(names));
        return JavaClass.Predicates.resideInAPackage(ROOT + ".")
                .and(DescribedPredicate.not(allowed))
                .as("classes of Mangrove outside " + String.join(", ", names));
    }

    private static void onlyKnows(String layer, String... others) {
        String[] allowed = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(layer), java.util.Arrays.stream(others))
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + layer + "..")
                .should()
                .dependOnClassesThat(otherOwnClassesThan(allowed)));
    }

    private static void onlyIn(String library, String... owners) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(packages(owners))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void theRulesSeeEveryModule() {
        for (String seen : new String[] {
            "oci.Digest",
            "content.ContentSource",
            "http.HttpHandler",
            "cli.MangroveMain",
            "distribution.Registry",
            "catalog.packaging.PackagingVerbs",
            "edge.pull.PullCommand"
        }) {
            Assertions.assertTrue(CLASSES.contain(ROOT + seen), seen);
        }
    }

    @Test
    void theNounsKnowNobody() {
        onlyKnows("oci");
    }

    @Test
    void contentKnowsOnlyTheNouns() {
        onlyKnows("content", "oci");
    }

    @Test
    void httpKnowsContentAndTheNouns() {
        onlyKnows("http", "content", "oci");
    }

    @Test
    void distributionIsBuiltOnHttpAndContent() {
        onlyKnows("distribution", "http", "content", "oci", "trust", "observe");
    }

    @Test
    void theProgramKnowsNoModuleThatContributesToIt() {
        onlyKnows("cli", "distribution", "http", "content", "oci", "observe");
    }

    @Test
    void deltaIsPureAndKnowsOnlyContentAndTheNouns() {
        onlyKnows("delta", "content", "oci", "cli");
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "delta..")
                .and()
                .resideOutsideOfPackage(ROOT + "delta.command..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "dev.mangrove.cli.."));
    }

    @Test
    void catalogAndProxyMeetOnTheWireOnly() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + "catalog..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("proxy", "edge", "p2p")));
        check(noClasses()
                .that()
                .resideInAnyPackage(packages("proxy", "edge", "p2p"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "catalog.."));
    }

    @Test
    void aRegionDoesNotKnowTheEdge() {
        check(noClasses()
                .that()
                .resideInAnyPackage(packages("proxy", "p2p", "delta"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "edge.."));
    }

    @Test
    void nettyStaysInHttp() {
        onlyIn("io.netty..", "http");
    }

    @Test
    void rocksdbStaysInKeyvalue() {
        onlyIn("org.rocksdb..", "content.keyvalue");
    }

    @Test
    void theOrasSdkStaysInPackaging() {
        onlyIn("land.oras..", "catalog.packaging");
    }

    @Test
    void jibStaysInPackaging() {
        onlyIn("com.google.cloud.tools.jib..", "catalog.packaging");
    }

    @Test
    void bouncyCastleStaysInTheCatalog() {
        onlyIn("org.bouncycastle..", "catalog");
    }

    @Test
    void theYamlParserStaysInTheProgram() {
        onlyIn("org.snakeyaml..", "cli");
    }

    @Test
    void onlyCommandsKnowPicocli() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "cli..")
                .and()
                .haveSimpleNameNotEndingWith("Command")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli.."));
    }
}
