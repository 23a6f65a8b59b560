package io.lovage.benchmarks.work;

import io.lovage.benchmarks.work.Row.Place;

/** The work over one broker, by Lovage and by the bare client. Stateless. */
interface OverBroker {
    /**
     * What a reader has to know of the work over this broker.
     *
     * @param published what is guaranteed when a publish returns
     * @param settled what is guaranteed of a message that is taken
     * @param publishing how Lovage and the bare client are set up to publish, and how many tasks one measurement has
     * @param taking how the bare client is set up to take, if that is to be known; else empty
     */
    record Facts(String published, String settled, String publishing, String taking, int publishedTasks) {}

    Place place();

    Facts facts();

    Work publishLovage(String url) throws Exception;

    Work publishBare(String url) throws Exception;

    /** Through the SPI and the codec, on one thread, as the inside of a worker without its slots. */
    Work consumeLovage(String url) throws Exception;

    Work consumeBare(String url) throws Exception;

    Work workLovage(String url) throws Exception;
}
