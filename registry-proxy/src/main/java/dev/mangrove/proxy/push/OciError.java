package dev.mangrove.proxy.push;

import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.Response;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;

/** An error in the form of the distribution specification, "Error Codes". */
final class OciError {
    private OciError() {}

    static void respond(HttpExchange exchange, OciErrorCode code, String message) throws IOException {
        StringBuilder text = new StringBuilder();
        message.chars()
                .forEach(c -> text.append(
                        switch (c) {
                            case '"' -> "'";
                            case '\\' -> "/";
                            default -> c < 0x20 || c == 0x7f ? " " : String.valueOf((char) c);
                        }));
        String json = "{\"errors\":[{\"code\":\"" + code.name() + "\",\"message\":\"" + text + "\"}]}";
        exchange.respond(Response.text(code.status(), "application/json", json));
    }
}
