package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyAddressTest {
    @Test
    void isReadAsItWasWritten() {
        ReplyAddress address = ReplyAddress.random(16);

        assertThat(address.partition()).isBetween(0, 15);
        assertThat(ReplyAddress.read(address.text())).contains(address);
        assertThat(ReplyAddress.random(16)).isNotEqualTo(address);
    }

    @ParameterizedTest
    @DisplayName("R12.4 what is no address is read as none")
    @ValueSource(
            strings = {
                "",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "a.b",
                "a.-1",
                "a.1234567",
                "../x.1",
                "a b.1",
                "a.1\n",
            })
    void whatIsNoAddressIsReadAsNone(String text) {
        assertThat(ReplyAddress.read(text)).isEmpty();
    }
}
