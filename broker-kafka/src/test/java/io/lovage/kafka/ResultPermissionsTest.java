package io.lovage.kafka;

import static io.lovage.kafka.TestResults.get;
import static io.lovage.kafka.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnOwnServers
class ResultPermissionsTest {
    private final TestResults results = new TestResults();
    private KafkaServer server;

    @BeforeEach
    void start() {
        server = TestServers.startKafka(KafkaOptions.ofDefaults()
                        .user("worker", "secret")
                        .user("owner", "secret")
                        .withPermissions()
                        .config("super.users", "User:ANONYMOUS;User:owner"))
                .orSkip(Assumptions::abort);
    }

    @AfterEach
    void stop() {
        results.close();
        if (server != null) {
            server.stop();
        }
    }

    private void allow(AclOperation... operations) {
        ResourcePattern topic = new ResourcePattern(ResourceType.TOPIC, results.topic("results"), PatternType.LITERAL);
        List<AclBinding> bindings = Stream.of(operations)
                .map(operation -> new AclBinding(
                        topic, new AccessControlEntry("User:worker", "*", operation, AclPermissionType.ALLOW)))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.operatorAddress()))) {
            get(admin.createAcls(bindings).all().toCompletionStage());
        }
    }

    private String url(String user) {
        return "kafka://" + user + ":secret@" + server.address();
    }

    @Test
    @DisplayName("R10.4 a worker needs to write and no more; who may not read or create is told so")
    void aWorkerNeedsToWriteAndNoMore() {
        KafkaBroker beside = results.broker();
        assertThatThrownBy(() -> results.topicAt(url("worker"), beside)).isInstanceOf(AccessRefusedException.class);
        ResultLogBackend owner = results.topicAt(url("owner"), beside);
        TaskId id = TaskId.random();
        var told = TestResults.waiting(owner, id);

        allow(AclOperation.DESCRIBE, AclOperation.WRITE);
        ResultLogBackend worker = results.topicAt(url("worker"), beside);

        assertThat(store(worker, owner.replyAddress(), id, TaskState.SUCCESS, "x")
                        .accepted())
                .isTrue();
        assertThat(get(told).state()).isEqualTo(TaskState.SUCCESS);
        assertThatThrownBy(worker::replyAddress)
                .isInstanceOf(AccessRefusedException.class)
                .hasMessageContaining(results.topic("results"));
    }
}
