package io.lovage.kafka;

/** How a record is given back. */
enum Acknowledgement {
    ACCEPT,
    RELEASE,
    RENEW
}
