package rasid;

import java.io.IOException;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalysisMode;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/** The filter synonym_graph with rules written in the settings ("synonyms"), in Solr's format. */
final class SynonymGraph extends AbstractTokenFilterFactory {
  private final String rules;

  SynonymGraph(IndexSettings index, Environment env, String name, Settings settings) {
    super(name);
    List<String> words = Analysis.getWordList(env, settings, "synonyms");
    if (words == null) {
      throw new IllegalArgumentException("synonym filter [" + name + "] needs [synonyms] on the local node");
    }
    rules = String.join("\n", words);
  }

  @Override
  public TokenStream create(TokenStream tokens) {
    throw new IllegalStateException("the rules must be read through the filters before this one");
  }

  /** Rules go through the same filters as the text does before it comes here, as in the full distribution. */
  @Override
  public TokenFilterFactory getChainAwareTokenFilterFactory(
      IndexCreationContext context,
      TokenizerFactory tokenizer,
      List<CharFilterFactory> charFilters,
      List<TokenFilterFactory> previous,
      Function<String, TokenFilterFactory> all) {
    Analyzer analyzer =
        new CustomAnalyzer(
            tokenizer,
            charFilters.toArray(CharFilterFactory[]::new),
            previous.stream().map(TokenFilterFactory::getSynonymFilter).toArray(TokenFilterFactory[]::new));
    SynonymMap map = parse(analyzer);
    String filterName = name();
    return new TokenFilterFactory() {
      @Override
      public String name() {
        return filterName;
      }

      @Override
      public TokenStream create(TokenStream tokens) {
        return map.fst == null ? tokens : new SynonymGraphFilter(tokens, map, false);
      }

      @Override
      public AnalysisMode getAnalysisMode() {
        return AnalysisMode.ALL;
      }
    };
  }

  private SynonymMap parse(Analyzer analyzer) {
    try {
      SolrSynonymParser parser = new SolrSynonymParser(true, true, analyzer);
      parser.parse(new StringReader(rules));
      return parser.build();
    } catch (IOException | ParseException e) {
      throw new IllegalArgumentException("synonym filter [" + name() + "]: " + e.getMessage(), e);
    }
  }
}
