package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.get;
import static io.lovage.fixtures.BrokerFixture.one;
import static io.lovage.fixtures.BrokerFixture.publish;
import static io.lovage.fixtures.BrokerFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Users who may not do all, and topics of delays that do not keep what lies in them. */
class FewRightsTest {
    private static final String QUEUES = "clerks-";

    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
    private final String prefix = QUEUES + BrokerFixture.newName() + "."; // nobody else has delays there
    private final QueueSpec queue = QueueSpec.of("imports");

    /** A user who may do everything with queues of certain names, and nothing with the topics of delays. */
    private Broker clerk() {
        allow(ResourceType.TOPIC, prefix + "imports");
        allow(ResourceType.GROUP, prefix + "imports");
        String url = "kafka://clerk:" + TestKafka.CLERKS_PASSWORD + "@"
                + TestKafka.server().address();
        return fixture.connect(url + "?prefix=" + prefix);
    }

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    private static void allow(ResourceType what, String prefix) {
        AclBinding binding = new AclBinding(
                new ResourcePattern(what, prefix, PatternType.PREFIXED),
                new AccessControlEntry("User:clerk", "*", AclOperation.ALL, AclPermissionType.ALLOW));
        TestKafka.bare(admin -> get(admin.createAcls(List.of(binding)).all().toCompletionStage()));
    }

    @Test
    @DisplayName("R1.7 R5.5 a queue whose messages nobody can delay says so, and is refused to who requires it")
    void aQueueWithoutDelaysSaysSo() {
        Broker broker = clerk();

        QueueCapabilities can = broker.declare(queue);

        assertThat(can.has(QueueFeature.DELAY)).isFalse();
        assertThatThrownBy(() -> broker.declare(queue.requiring(Set.of(QueueFeature.DELAY))))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining("imports")
                .hasMessageContaining("nothing can be delayed");
        assertThatThrownBy(() -> publish(broker, to(queue, "m").delayedBy(Duration.ofSeconds(1))))
                .isInstanceOf(PublishException.class);
    }

    @Test
    @DisplayName("R1.1 R2.1 all but delays works for who may not create their topics")
    void allButDelaysWorks() {
        Broker broker = clerk();
        broker.declare(queue);
        publish(broker, to(queue, "m"));
        assertThat(BrokerFixture.id(one(fixture.consumer(broker, queue, 1)))).isEqualTo("m");
    }

    @Test
    @DisplayName("R7.2 who may not see what the brokers allow leaves the limit of deliveries as it is")
    void whoSeesLittleLowersNoLimit() {
        fixture.connect(TestKafka.server().url() + "?prefix=" + prefix).declare(queue);
        String before = limitOfDeliveries();

        Broker broker = clerk();
        broker.declare(queue);
        fixture.consumer(broker, queue, 1);

        assertThat(limitOfDeliveries()).isEqualTo(before).isEqualTo("10");
    }

    private String limitOfDeliveries() {
        ConfigResource group = Queues.groupOf(prefix + "imports");
        Config settings = TestKafka.bare(admin -> Objects.requireNonNull(
                get(admin.describeConfigs(List.of(group)).all().toCompletionStage())
                        .get(group)));
        return settings.get("share.delivery.count.limit").value();
    }

    @Test
    @DisplayName("R1.2 R1.7 nothing is delayed in a topic that drops messages after a while")
    void nothingIsDelayedInATopicThatDropsMessages() {
        String level = prefix + "lovage.delay.5";
        TestKafka.bare(admin -> get(admin.createTopics(
                        List.of(new NewTopic(level, 1, (short) 1).configs(Map.of("retention.ms", "604800000"))))
                .all()
                .toCompletionStage()));
        Broker broker = fixture.connect(TestKafka.server().url() + "?prefix=" + prefix);

        assertThat(broker.declare(queue).has(QueueFeature.DELAY)).isFalse();
        assertThatThrownBy(() -> broker.declare(queue.requiring(Set.of(QueueFeature.DELAY))))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining(level)
                .hasMessageContaining("retention.ms");

        AlterConfigOp keeping = new AlterConfigOp(new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET);
        TestKafka.bare(admin -> get(admin.incrementalAlterConfigs(Map.of(Queues.topicOf(level), List.of(keeping)))
                .all()
                .toCompletionStage()));
        assertThat(broker.declare(queue).has(QueueFeature.DELAY)).isTrue();
    }
}
