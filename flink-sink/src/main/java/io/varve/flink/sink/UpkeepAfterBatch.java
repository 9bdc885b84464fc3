package io.varve.flink.sink;

import io.varve.flink.common.TablePaths;
import io.varve.table.TableDirectory;
import io.varve.table.TableMerger;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The round of upkeep with which a batch job leaves a table that no streaming job has ever opened:
 * nobody else lets its rows and history expire and merges its small segments. What fails is logged
 * and left to the next job: the rows are committed. Confined to one thread.
 */
final class UpkeepAfterBatch {

  /** The most merges of one job, so that it ends. */
  static final int MAX_MERGES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(UpkeepAfterBatch.class);

  private final SinkSettings<?> settings;
  private final String who;

  UpkeepAfterBatch(SinkSettings<?> settings, String who) {
    this.settings = settings;
    this.who = who;
  }

  void run() {
    try {
      TableDirectory opened = TableDirectory.open(TablePaths.open(settings.path()));
      TableDirectory table = TableSnapshot.latest(opened).table();
      merge(table);
      keepUp(table);
    } catch (IOException | RuntimeException failed) {
      LOG.warn("The upkeep of {} failed; it is left to the next job", settings.path(), failed);
    }
  }

  /** Merges partition by partition, and a partition again where that is worth it. */
  private void merge(TableDirectory table) throws IOException {
    WriterOptions writer = table.options().applyTo(settings.writer());
    TableMerger merger = new TableMerger(table, writer, who, System::currentTimeMillis);
    int merges = 0;
    List<TableMerger.Plan> plans = merger.plan();
    while (!plans.isEmpty() && merges < MAX_MERGES) {
      for (TableMerger.Plan plan : plans.subList(0, Math.min(plans.size(), MAX_MERGES - merges))) {
        TableMerger.Merged merged = merger.merge(plan, "after a batch job");
        merges++;
        if (merged.commit() == 0) {
          return; // another job is at it
        }
      }
      plans = merges < MAX_MERGES ? merger.plan() : List.of();
    }
  }

  private void keepUp(TableDirectory table) throws IOException {
    TableUpkeep upkeep = new TableUpkeep(table, who, System::currentTimeMillis);
    UpkeepOptions options = upkeep.options(settings.upkeep());
    if (options.ttlMillis() != UpkeepOptions.FOREVER) {
      upkeep.dropExpiredRows(options.ttlMillis());
    }
    upkeep.expire(options.history(), false);
    upkeep.removeLeftovers(options.history(), false);
  }
}
