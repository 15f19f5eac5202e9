package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.Header;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "{'tenantId':'acme','lifecycle':'active','name':'A'}|{'tenantId':'acme','lifecycle':'active','name':'A'}",
                "{'variables':{'size':'big','n':1.50,'on':true,'l':['a','bc']}}"
                        + "|{'variables':{'size':'(3 characters)','n':1.50,'on':true,'l':['(1 characters)','(2 characters)']}}",
                "{'stacks':{'db':{'variables':{'a':'b'},'policy':{'drift':'off','drfit':'off'}}}}"
                        + "|{'stacks':{'db':{'variables':{'a':'(1 characters)'},'policy':{'drift':'off','drfit':'(3 characters)'}}}}",
                "{'lifecycel':'active'}|{'lifecycel':'(6 characters)'}",
                "{'tenantId':{'tenantId':'acme'}}|{'tenantId':{'tenantId':'(4 characters)'}}",
                "{'labels':{'tenantId':'acme'}}|{'labels':{'tenantId':'(4 characters)'}}",
                "{'token':{'value':123456,'of':[{'n':1}],'on':true},'n':2}"
                        + "|{'token':{'value':'(a number)','of':[{'n':'(a number)'}],'on':true},'n':2}",
                "{'variables':{'pin':1,'accessToken':[2]}}|{'variables':{'pin':1,'accessToken':['(a number)']}}",
                "{'specversion':'1.0','id':'e','data':{'id':'e','tenantId':'acme'},'own':'x'}"
                        + "|{'specversion':'1.0','id':'e','data':{'id':'(1 characters)','tenantId':'acme'},'own':'(1 characters)'}",
                "{'specversion':'1.0','data':'acme'}|{'specversion':'1.0','data':'(4 characters)'}",
            })
    void textsAreToldByTheirLengthWhereTheContractGivesThemNoMeaning(String sent, String seen)
            throws IOException {
        String redacted = Redaction.value(sent.replace('\'', '"').getBytes(UTF_8));

        assertThat(JSON.readTree(redacted).toString())
                .isEqualTo(JSON.readTree(seen.replace('\'', '"')).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"hunter2\"", "\"hunter2\"", "{\"a\":\"hunter2\",\"a\":\"b\"}"})
    void ofWhatIsNotOneJsonObjectOnlyTheLengthIsTold(String sent) {
        assertThat(Redaction.value(sent.getBytes(UTF_8)))
                .startsWith("(" + sent.length() + " bytes")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy-Authorization",
                "X-Api-Key",
                "sasl.password",
                "ce_own",
                "x-dlt-own",
                "ce_",
                "id"
            })
    void headersThatAreNotOfTheContractAreToldByTheirLength(String name) {
        assertThat(Redaction.headers(List.of(Header.of(name, "hunter2"))))
                .containsExactly(Header.of(name, "(7 bytes)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce_id",
                "Content-Type",
                "traceparent",
                "dead-letter-reason",
                "x-dlt-code",
                "x-replay-id"
            })
    void headersOfTheContractAreTold(String name) {
        List<Header> headers = List.of(Header.of(name, "e1"));

        assertThat(Redaction.headers(headers)).isEqualTo(headers);
    }

    @Test
    void aHeaderWithoutAValueHasNoLength() {
        List<Header> headers = List.of(new Header("token", null));

        assertThat(Redaction.headers(headers)).isEqualTo(headers);
    }

    @ParameterizedTest
    @CsvSource({"acme-1, acme-1", "AKIAIOSFODNN7EXAMPLE, (20 bytes)", "a--b, (4 bytes)"})
    void aKeyIsToldThatIsTheIdOfATenant(String key, String seen) {
        assertThat(new String(Redaction.key(key.getBytes(UTF_8)), UTF_8)).isEqualTo(seen);
    }
}
