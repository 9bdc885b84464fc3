package io.varve.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The commands see the engine, a few libraries, and no Flink. */
class ArchitectureTest {

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.varve.cli");

  @Test
  void seesTheEngineAndNoFlink() {
    assertThat(MODULE.size()).isGreaterThan(20);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.varve.flink..", "org.apache.flink..", "io.varve.examples..")
        .check(MODULE);
  }

  @Test
  void usesNoOtherLibraries() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.varve..",
            "java..",
            "picocli..",
            "de.siegmar.fastcsv..",
            "com.fasterxml.jackson.core..",
            "org.jspecify.annotations..",
            "com.google.errorprone.annotations..")
        .check(MODULE);
  }
}
