package io.varve.flink.table;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.varve.testkit.FlinkApiRule;
import java.util.Set;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.junit.jupiter.api.Test;

/** A connector that leans on Flink's insides breaks with Flink's next release. */
class ArchitectureTest {

  /**
   * Not promised by Flink, and why we need it all the same: its SQL's rows in memory have no public
   * serializer, serializers no public buffer, and types no public way to their digits. No catalog
   * of anybody does without the three classes, and the annotation of procedures has one as default.
   */
  private static final Set<String> EXCEPTIONS =
      Set.of(
          "org.apache.flink.core.memory.DataInputDeserializer",
          "org.apache.flink.core.memory.DataOutputSerializer",
          "org.apache.flink.table.annotation.UnknownSerializer",
          "org.apache.flink.table.catalog.AbstractCatalog",
          "org.apache.flink.table.catalog.CatalogDatabaseImpl",
          "org.apache.flink.table.catalog.CatalogPartitionImpl",
          "org.apache.flink.table.runtime.typeutils.InternalSerializers",
          "org.apache.flink.table.runtime.typeutils.InternalTypeInfo",
          "org.apache.flink.table.types.logical.utils.LogicalTypeChecks");

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.varve.flink.table");

  @Test
  void usesOnlyWhatFlinkPromises() {
    FlinkApiRule rule = new FlinkApiRule(EXCEPTIONS);

    classes().should(rule).check(MODULE);
    assertThat(rule.unused()).as("exceptions that nothing needs").isEmpty();
  }

  @Test
  void theRuleBites() {
    JavaClasses bad = new ClassFileImporter().importClasses(Offender.class);

    assertThat(classes().should(new FlinkApiRule(Set.of())).evaluate(bad).hasViolation()).isTrue();
  }

  @Test
  void usesNoInternalsOfAnotherModule() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.varve..internal..")
                .and(not(resideInAPackage("io.varve.flink.table.."))))
        .check(MODULE);
  }

  /** Holds a type that Flink marks as its own; never run. */
  record Offender(StreamTask<?, ?> task) {}
}
