package io.varve.query;

import java.io.Serializable;

/**
 * Which of the ways to answer without decoding are used. All of them give the same answers; they
 * are switched off to test and to measure the others. Immutable.
 *
 * @param wholeSources skip a source, or take it from its zone maps, as a whole
 * @param projections take groups that a source holds ready, of projections and tally columns
 * @param blockZoneMaps take a block from its zone maps
 */
public record AnswerLevels(boolean wholeSources, boolean projections, boolean blockZoneMaps)
    implements Serializable {

  /** Every level is used. */
  public static final AnswerLevels ALL = new AnswerLevels(true, true, true);

  /** Every block that can't be skipped is decoded. */
  public static final AnswerLevels DECODE_ONLY = new AnswerLevels(false, false, false);
}
