package rasid;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.http.HttpRouteStats;
import org.elasticsearch.http.HttpServerTransport.Dispatcher;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/**
 * Lets through the requests of whoever can read the node's password file, and none that a web page made: a page whose
 * name was pointed at this machine says that name in Host, another page is named in Origin, and its forms cannot say
 * the types of body that Elasticsearch takes.
 */
final class Gate implements Dispatcher {
  private static final Pattern HERE =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
  private static final Set<String> OWN_SITE = Set.of("", "none", "same-origin");
  private static final List<String> BODIES =
      List.of(
          "application/json",
          "application/x-ndjson",
          "application/vnd.elasticsearch+json",
          "application/vnd.elasticsearch+x-ndjson");

  private final Dispatcher inside;
  private final Path passwordFile;

  Gate(Dispatcher inside, Path passwordFile) {
    this.inside = inside;
    this.passwordFile = passwordFile;
  }

  @Override
  public void dispatchRequest(RestRequest request, RestChannel channel, ThreadContext context) {
    String host = only(request, "Host");
    if (!HERE.matcher(host).matches()) {
      refuse(channel, RestStatus.FORBIDDEN, "the local node answers to 127.0.0.1 and localhost alone");
    } else if (!Set.of("", "http://" + host).contains(only(request, "Origin"))
        || !OWN_SITE.contains(only(request, "Sec-Fetch-Site"))) {
      refuse(channel, RestStatus.FORBIDDEN, "the local node does not answer to web pages");
    } else if (!isKnown(only(request, "Authorization"))) {
      // Without WWW-Authenticate: a browser is not to ask for the password and then add it to what pages request.
      refuse(channel, RestStatus.UNAUTHORIZED, "the local node wants its password; `rasid es status` says where it is");
    } else if (!isBodyAllowed(request)) {
      refuse(channel, RestStatus.NOT_ACCEPTABLE, "Content-Type is not one of " + String.join(", ", BODIES));
    } else {
      inside.dispatchRequest(request, channel, context);
    }
  }

  @Override
  public void dispatchBadRequest(RestChannel channel, ThreadContext context, Throwable cause) {
    inside.dispatchBadRequest(channel, context, cause);
  }

  @Override
  public Map<String, HttpRouteStats> getStats() {
    return inside.getStats();
  }

  private static boolean isBodyAllowed(RestRequest request) {
    String type = only(request, "Content-Type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.isEmpty() ? !request.hasContent() : BODIES.contains(type);
  }

  /** The file is read each time, so that a password that was lost and made anew counts at once. */
  private boolean isKnown(String authorization) {
    try {
      String[] words = Files.readString(passwordFile).strip().split("\\s+"); // machine H login L password P
      if (words.length != 6) {
        return false;
      }
      String login = Base64.getEncoder().encodeToString((words[3] + ":" + words[5]).getBytes(UTF_8));
      return MessageDigest.isEqual(("Basic " + login).getBytes(UTF_8), authorization.getBytes(UTF_8));
    } catch (IOException e) {
      return false;
    }
  }

  /** A header's value; empty when it is not there, and what nothing allows when it is there twice. */
  private static String only(RestRequest request, String header) {
    List<String> values = request.getAllHeaderValues(header);
    return values == null || values.isEmpty() ? "" : values.size() == 1 ? values.get(0) : "twice";
  }

  private static void refuse(RestChannel channel, RestStatus status, String reason) {
    String json =
        "{\"error\":{\"type\":\"security_exception\",\"reason\":\"%s\"},\"status\":%d}"
            .formatted(reason, status.getStatus());
    channel.sendResponse(new RestResponse(status, "application/json", json));
  }
}
