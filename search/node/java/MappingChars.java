package rasid;

import java.io.Reader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;

/** The distribution's character filter "mapping", with its rules under "mappings", such as "\\u0640=>" or "_=>-". */
final class MappingChars implements NormalizingCharFilterFactory {
  private static final Pattern RULE = Pattern.compile("(.*)\\s*=>\\s*(.*)\\s*$");
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9A-Fa-f]{4})");

  private final String name;
  private final NormalizeCharMap map;

  MappingChars(String name, Settings settings) {
    List<String> rules = settings.getAsList("mappings", null);
    if (rules == null) {
      throw new IllegalArgumentException("mapping [" + name + "] needs [mappings]");
    }
    NormalizeCharMap.Builder builder = new NormalizeCharMap.Builder();
    for (String rule : rules) {
      Matcher parts = RULE.matcher(rule);
      if (!parts.find()) {
        throw new IllegalArgumentException("mapping [" + name + "]: no rule: [" + rule + "]");
      }
      builder.add(unescaped(parts.group(1).trim()), unescaped(parts.group(2).trim()));
    }
    this.name = name;
    this.map = builder.build();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Reader create(Reader reader) {
    return new MappingCharFilter(map, reader);
  }

  private static String unescaped(String text) {
    return ESCAPE.matcher(text).replaceAll(
        code -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group(1), 16))));
  }
}
