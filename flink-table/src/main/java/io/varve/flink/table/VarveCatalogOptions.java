package io.varve.flink.table;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of {@code CREATE CATALOG … WITH ('type' = 'varve')}. */
@PublicEvolving
public final class VarveCatalogOptions {

  /** The directory of all databases. */
  public static final ConfigOption<String> WAREHOUSE =
      ConfigOptions.key("warehouse")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory that holds a directory for each database, on a file system that all hosts"
                  + " share.");

  /** The database that names without one mean. */
  public static final ConfigOption<String> DEFAULT_DATABASE =
      ConfigOptions.key("default-database")
          .stringType()
          .defaultValue("default")
          .withDescription("Database that is used when none is named; it is created.");

  private VarveCatalogOptions() {}
}
