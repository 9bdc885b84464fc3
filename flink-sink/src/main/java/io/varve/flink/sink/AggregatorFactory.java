package io.varve.flink.sink;

import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the aggregator on the task manager. */
final class AggregatorFactory
    extends AbstractStreamOperatorFactory<CommittableMessage<SinkCommittable>>
    implements OneInputStreamOperatorFactory<
        CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>> {

  private static final long serialVersionUID = 1L;

  private final SinkSettings<?> settings;
  private final SinkRun run;

  AggregatorFactory(SinkSettings<?> settings, SinkRun run) {
    this.settings = settings;
    this.run = run;
  }

  @Override
  @SuppressWarnings("unchecked") // the caller asks for an operator of the factory's own types
  public <T extends StreamOperator<CommittableMessage<SinkCommittable>>> T createStreamOperator(
      StreamOperatorParameters<CommittableMessage<SinkCommittable>> parameters) {
    return (T) new AggregatorOperator(parameters, settings, run);
  }

  @Override
  public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader classLoader) {
    return AggregatorOperator.class;
  }
}
