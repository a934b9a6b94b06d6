using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Training.Packing;
using Plumbline.Training.Preferences;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>Tokens that a forward pass computes, over all batches.</summary>
internal static class PreferenceTokens
{
    /// <summary>
    /// Positions of the padded pass, of packed sequences and of packed sequences that share prompts, as the sides compute them; answers' tokens, which alone
    /// need the vocabulary; and what lengths alone say of padded over shared: Σ 2·B·max(P + C, P + R) / Σ (P + C + R).
    /// </summary>
    internal static IReadOnlyDictionary<string, double> Count(DecoderConfig config, List<List<TokenizedPair>> batches, int leftOut)
    {
        using var model = new Decoder(config with { LayerCount = 1, VocabularySize = 1 }, new Seed(1));
        var pairs = batches.SelectMany(batch => batch).ToList();
        double padded = batches.Sum(PaddedSide.Positions);
        double packed = pairs.Sum(pair => pair.Chosen.Ids.Length + pair.Rejected.Ids.Length);
        double shared = pairs.Sum(pair => SharedBeginning.Size(model, pair.Chosen, pair.Rejected).Computed);
        return new Dictionary<string, double>
        {
            ["tokens_padded"] = padded,
            ["tokens_packed"] = packed,
            ["tokens_shared"] = shared,
            ["tokens_answers"] = pairs.Sum(pair => pair.Chosen.TargetCount + pair.Rejected.TargetCount),
            ["padded_over_shared"] = padded / shared,
            ["padded_over_shared_by_formula"] = padded / (packed - pairs.Sum(Prompt)),
            ["pairs_left_out"] = leftOut,
        };
    }

    private static int Prompt(TokenizedPair pair) => Array.IndexOf(pair.Chosen.IsTarget, true);
}
