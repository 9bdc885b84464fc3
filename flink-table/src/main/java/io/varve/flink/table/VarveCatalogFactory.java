package io.varve.flink.table;

import java.io.IOException;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** Makes catalogs of {@code CREATE CATALOG … WITH ('type' = 'varve')}. Thread-safe. */
public final class VarveCatalogFactory implements CatalogFactory {

  /** Creates the factory; Flink does, by its service files. */
  public VarveCatalogFactory() {}

  @Override
  public String factoryIdentifier() {
    return VarveTableFactory.IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(VarveCatalogOptions.WAREHOUSE);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(VarveCatalogOptions.DEFAULT_DATABASE);
  }

  @Override
  public Catalog createCatalog(Context context) {
    FactoryUtil.CatalogFactoryHelper helper = FactoryUtil.createCatalogFactoryHelper(this, context);
    helper.validate();
    String warehouse = helper.getOptions().get(VarveCatalogOptions.WAREHOUSE);
    try {
      return new VarveCatalog(
          context.getName(),
          helper.getOptions().get(VarveCatalogOptions.DEFAULT_DATABASE),
          new Warehouse(warehouse));
    } catch (IOException unreachable) {
      throw new CatalogException("warehouse " + warehouse + " can't be opened", unreachable);
    }
  }
}
