package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * What a branch of the table must show, deletions and guests apart: what was there when the job
 * began, and a range of the job's own stream.
 */
record Content(List<Integer> foundation, int stream, int from, int to) {

  static final Content NOTHING = new Content(List.of(), -1, 0, 0);

  static final int STREAM_SIZE = 1000;

  Content {
    foundation = List.copyOf(foundation);
  }

  static int row(int stream, int index) {
    return stream * STREAM_SIZE + index;
  }

  static int streamOf(int row) {
    return row / STREAM_SIZE;
  }

  static int bucketOf(int row) {
    return row % 2;
  }

  List<Integer> rows() {
    List<Integer> rows = new ArrayList<>(foundation);
    for (int i = from; i < to; i++) {
      rows.add(row(stream, i));
    }
    return rows;
  }

  Content to(int newEnd) {
    return new Content(foundation, stream, from, newEnd);
  }
}
