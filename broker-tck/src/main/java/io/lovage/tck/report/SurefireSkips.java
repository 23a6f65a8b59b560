package io.lovage.tck.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The skipped tests in one report of the test runner. */
final class SurefireSkips {
    private SurefireSkips() {}

    /** A test that was not run, and why. */
    record Skip(String test, String reason) {}

    static List<Skip> in(Path report) throws IOException {
        List<Skip> found = new ArrayList<>();
        NodeList skipped = parse(report).getElementsByTagName("skipped");
        for (int i = 0; i < skipped.getLength(); i++) {
            Element skip = (Element) skipped.item(i);
            Element test = (Element) skip.getParentNode();
            found.add(new Skip(test.getAttribute("classname") + "." + test.getAttribute("name"), reason(skip)));
        }
        return found;
    }

    /** A condition leaves its reason as an attribute; a test that aborts itself leaves a stack trace in the text. */
    private static String reason(Element skip) {
        if (skip.hasAttribute("message")) {
            return skip.getAttribute("message");
        }
        String head = skip.getTextContent().strip().lines().findFirst().orElse("");
        String exception = skip.getAttribute("type") + ": ";
        return head.startsWith(exception) ? head.substring(exception.length()) : head;
    }

    private static Element parse(Path report) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(report.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + report, e);
        }
    }
}
