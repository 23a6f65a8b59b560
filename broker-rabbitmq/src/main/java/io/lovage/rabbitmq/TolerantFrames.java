package io.lovage.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;

/*
 * Python's client writes integers of more than 32 bits into headers as type 'L', which the server passes on and the Java
 * client does not know: it takes one such header for a broken frame and ends the connection. The message is delivered
 * again to the next connection and ends that, and so on: one header of some Python program, and nothing is taken from
 * the queue any more (rule R10.6). Both types are eight bytes with a sign, so the letter is changed on the way in.
 */
/** Connections that can read the headers of Python's client. */
final class TolerantFrames extends ConnectionFactory {
    private static final int CONTENT_HEADER = 2;

    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
        FrameHandlerFactory plain = super.createFrameHandlerFactory();
        return (address, name) -> new Tolerant(plain.create(address, name));
    }

    /** Changes what is read, and nothing else. */
    private record Tolerant(FrameHandler plain) implements FrameHandler {
        @Override
        public Frame readFrame() throws IOException {
            Frame frame = plain.readFrame();
            if (frame == null || frame.getType() != CONTENT_HEADER) {
                return frame;
            }
            byte[] payload = frame.getPayload();
            HeaderTypes.translate(payload);
            return new Frame(frame.getType(), frame.getChannel(), payload);
        }

        @Override
        public boolean internalHearbeat() {
            return plain.internalHearbeat();
        }

        @Override
        public void setTimeout(int timeoutMs) throws SocketException {
            plain.setTimeout(timeoutMs);
        }

        @Override
        public int getTimeout() throws SocketException {
            return plain.getTimeout();
        }

        @Override
        public void sendHeader() throws IOException {
            plain.sendHeader();
        }

        @Override
        public void initialize(AMQConnection connection) {
            plain.initialize(connection);
        }

        @Override
        public void startProcessing() {
            plain.startProcessing();
        }

        @Override
        public void finishConnectionNegotiation() {
            plain.finishConnectionNegotiation();
        }

        @Override
        public void setFrameMax(int frameMax) {
            plain.setFrameMax(frameMax);
        }

        @Override
        public void writeFrame(Frame frame) throws IOException {
            plain.writeFrame(frame);
        }

        @Override
        public void flush(WriteListener listener) throws IOException {
            plain.flush(listener);
        }

        @Override
        public void close() {
            plain.close();
        }

        @Override
        public InetAddress getLocalAddress() {
            return plain.getLocalAddress();
        }

        @Override
        public int getLocalPort() {
            return plain.getLocalPort();
        }

        @Override
        public InetAddress getAddress() {
            return plain.getAddress();
        }

        @Override
        public int getPort() {
            return plain.getPort();
        }
    }
}
