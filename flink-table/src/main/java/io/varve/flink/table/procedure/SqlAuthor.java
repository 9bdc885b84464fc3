package io.varve.flink.table.procedure;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Names who changes a table by SQL, for the commits. */
public final class SqlAuthor {

  private SqlAuthor() {}

  /** Returns the name of the user and the host. */
  public static String who() {
    String user = String.valueOf(System.getProperty("user.name"));
    try {
      return "Flink SQL, " + user + " on " + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "Flink SQL, " + user;
    }
  }
}
