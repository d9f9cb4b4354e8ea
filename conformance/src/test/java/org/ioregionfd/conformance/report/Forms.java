// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** The required forms of reports; each method gives what is wrong, in words. */
public final class Forms {
    /** Everything that a browser would fetch or run. */
    private static final Pattern ACTIVE = Pattern.compile(
            "<(script|img|link|iframe|object|embed|base|form)\\b|\\son\\w+=|\\b(src|srcset|action)=|url\\(|@import|javascript:"
                    + "|https?:",
            Pattern.CASE_INSENSITIVE);

    private Forms() {}

    /** The faults of {@code json} by {@code schema}, a resource of the suite. */
    public static List<String> faultsOfJson(String json, String schema) throws IOException {
        try (InputStream in = Objects.requireNonNull(Forms.class.getResourceAsStream(schema))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .validate(json, InputFormat.JSON)
                    .stream()
                    .map(fault -> fault.getMessage())
                    .toList();
        }
    }

    /** Everything in {@code xml} that Jenkins or GitLab would not accept. */
    public static List<String> faultsOfJUnit(String xml) throws IOException, SAXException {
        try {
            SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                    .newSchema(Forms.class.getResource("/junit-report.xsd"))
                    .newValidator()
                    .validate(new StreamSource(new StringReader(xml)));
            return List.of();
        } catch (SAXException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /** Everything in {@code html} that would be run or fetched, or refers to nothing. */
    public static List<String> faultsOfHtml(String html) {
        String body = html.substring(html.indexOf("</style>"));
        Stream<String> active = ACTIVE.matcher(html.replaceFirst("(?s)<meta http-equiv.*?>", ""))
                .results()
                .map(found -> found.group());
        Stream<String> dangling = Pattern.compile("href=\"#([^\"]+)\"")
                .matcher(body)
                .results()
                .map(found -> found.group(1))
                .filter(id -> !body.contains("id=\"" + id + "\""));
        return Stream.concat(active, dangling).toList();
    }
}
