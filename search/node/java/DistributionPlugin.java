package rasid;

import static org.elasticsearch.plugins.AnalysisPlugin.requiresAnalysisSettings;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.AnalyzerScope;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreBuiltAnalyzerProvider;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.rest.RestHandler;

/**
 * What the full distribution's modules analysis-common and rest-root give, as far as Rasid's index template and the
 * Python client need it. Every name and parameter is the distribution's, so that one template serves both.
 */
public final class DistributionPlugin extends LoopbackNetwork implements AnalysisPlugin, ActionPlugin {
  private ClusterService clusterService;

  public DistributionPlugin(Settings settings, Path config) {
    super(config.resolveSibling("netrc"));
  }

  @Override
  public Collection<?> createComponents(PluginServices services) {
    clusterService = services.clusterService();
    return List.of();
  }

  @Override
  public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    return Map.of(
        "lowercase", plain(LowerCaseFilter::new),
        "decimal_digit", plain(DecimalDigitFilter::new),
        "arabic_normalization", plain(ArabicNormalizationFilter::new),
        "stemmer", requiresAnalysisSettings((index, env, name, settings) -> stemmer(name, settings)),
        "keyword_marker",
            requiresAnalysisSettings(
                (index, env, name, settings) -> {
                  CharArraySet keywords = Analysis.getWordSet(env, settings, "keywords");
                  if (keywords == null) {
                    throw new IllegalArgumentException("keyword filter [" + name + "] needs [keywords]");
                  }
                  return filter(name, tokens -> new SetKeywordMarkerFilter(tokens, keywords));
                }),
        "synonym_graph", requiresAnalysisSettings(SynonymGraph::new));
  }

  @Override
  public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
    return Map.of(
        "mapping",
        requiresAnalysisSettings((index, env, name, settings) -> new MappingChars(name, settings)));
  }

  @Override
  public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
    return Map.of(
        "arabic",
        (index, env, name, settings) -> new PreBuiltAnalyzerProvider(name, AnalyzerScope.INDEX, new ArabicAnalyzer()));
  }

  @Override
  public Collection<RestHandler> getRestHandlers(
      RestHandlersServices services,
      Supplier<DiscoveryNodes> nodes,
      Predicate<NodeFeature> clusterSupportsFeature) {
    return List.of(new RootHandler(clusterService));
  }

  private static TokenFilterFactory stemmer(String name, Settings settings) {
    String language = settings.get("language", settings.get("name", "porter"));
    if (!language.equals("arabic")) {
      throw new IllegalArgumentException(
          "stemmer [" + name + "]: the local node has language [arabic] only, not [" + language + "]");
    }
    return filter(name, ArabicStemFilter::new);
  }

  private static AnalysisProvider<TokenFilterFactory> plain(UnaryOperator<TokenStream> filter) {
    return (index, env, name, settings) -> filter(name, filter);
  }

  private static TokenFilterFactory filter(String name, UnaryOperator<TokenStream> filter) {
    return new NormalizingTokenFilterFactory() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public TokenStream create(TokenStream tokens) {
        return filter.apply(tokens);
      }
    };
  }
}
