package io.varve.flink.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An S3 server on loopback; a bucket is a directory. Thread-safe. */
final class S3Server implements AutoCloseable {

  private final BlobStoreContext store;
  private final S3Proxy proxy;

  private S3Server(BlobStoreContext store, S3Proxy proxy) {
    this.store = store;
    this.proxy = proxy;
  }

  /**
   * Starts a server.
   *
   * @param directory of the buckets
   */
  static S3Server start(Path directory) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", directory.toString());
    BlobStoreContext store =
        ContextBuilder.newBuilder("filesystem")
            .credentials("key", "secret")
            .overrides(properties)
            .build(BlobStoreContext.class);
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(store.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "key", "secret")
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
    return new S3Server(store, proxy);
  }

  /** Returns what Flink needs to be told to read from it. */
  Configuration settings() {
    Configuration settings = new Configuration();
    settings.setString("s3.endpoint", "http://127.0.0.1:" + proxy.getPort());
    settings.setString("s3.access-key", "key");
    settings.setString("s3.secret-key", "secret");
    settings.setString("s3.region", "us-east-1");
    settings.setString("s3.path-style-access", "true");
    settings.setString("s3.chunked-encoding.enabled", "false");
    settings.setString("s3.checksum-validation.enabled", "false");
    return settings;
  }

  @Override
  public void close() throws Exception {
    proxy.stop();
    store.close();
  }
}
