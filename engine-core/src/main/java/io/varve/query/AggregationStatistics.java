package io.varve.query;

/**
 * How blocks were answered. Immutable.
 *
 * @param blocksSkipped none of their rows could be wanted, by zone maps and indexes
 * @param blocksFromSources answered from the zone maps of their whole source
 * @param blocksFromProjections answered from groups that their source held ready
 * @param blocksFromZoneMaps answered from their zone maps without reading a value
 * @param blocksDecoded at least one column was read
 * @param rowsSelected rows that met the filter, in all blocks
 * @param earlyFlushes how often groups had to make room before the end
 */
public record AggregationStatistics(
    long blocksSkipped,
    long blocksFromSources,
    long blocksFromProjections,
    long blocksFromZoneMaps,
    long blocksDecoded,
    long rowsSelected,
    long earlyFlushes) {

  /** Nothing. */
  public static final AggregationStatistics NONE = new AggregationStatistics(0, 0, 0, 0, 0, 0, 0);

  /** Returns the sums of both. */
  public AggregationStatistics plus(AggregationStatistics other) {
    return new AggregationStatistics(
        blocksSkipped + other.blocksSkipped,
        blocksFromSources + other.blocksFromSources,
        blocksFromProjections + other.blocksFromProjections,
        blocksFromZoneMaps + other.blocksFromZoneMaps,
        blocksDecoded + other.blocksDecoded,
        rowsSelected + other.rowsSelected,
        earlyFlushes + other.earlyFlushes);
  }
}
