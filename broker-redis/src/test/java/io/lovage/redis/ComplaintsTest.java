package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplaintsTest {
    private final Complaints complaints = new Complaints();

    @Test
    void theSameReasonIsNewsOnce() {
        assertThat(complaints.isNew("queue a", "LOADING")).isTrue();
        assertThat(complaints.isNew("queue a", "LOADING")).isFalse();
        assertThat(complaints.isNew("queue b", "LOADING")).isTrue();
    }

    @Test
    void anotherReasonIsNews() {
        complaints.isNew("queue a", "LOADING");

        assertThat(complaints.isNew("queue a", "NOPERM")).isTrue();
    }

    @Test
    void whatWentWellInBetweenIsNewsAgain() {
        complaints.isNew("queue a", "LOADING");
        complaints.over("queue a");

        assertThat(complaints.isNew("queue a", "LOADING")).isTrue();
    }
}
