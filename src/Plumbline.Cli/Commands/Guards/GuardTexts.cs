using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>Reads a recipe's texts.</summary>
internal sealed class GuardTexts(TextModelRecipe recipe, IProgressSink progress, CancellationToken cancellation)
{
    private readonly Canonicalizer canonicalizer = new(new CanonicalizerOptions());
    private readonly TextSourceReader reader = new(recipe.Folders, [.. recipe.Labels.Keys], recipe.Seed);

    /// <summary>The texts of all sources in their canonical form, those of one source that are alike once.</summary>
    internal List<LabelledText> Read(string phase, IReadOnlyList<TextSource> sources) =>
        Read(phase, sources, (text, canonical) => text with { Text = canonical });

    /// <summary>The same texts as they are written.</summary>
    internal List<LabelledText> ReadAsWritten(string phase, IReadOnlyList<TextSource> sources) => Read(phase, sources, (text, _) => text);

    private List<LabelledText> Read(string phase, IReadOnlyList<TextSource> sources, Func<LabelledText, string, LabelledText> form)
    {
        var texts = new List<LabelledText>();
        var seen = new HashSet<(string, string)>();
        foreach (var text in sources.SelectMany(reader.Read))
        {
            var canonical = canonicalizer.Read(text.Text).Normalized.Text;
            if (seen.Add((text.Source, canonical)))
            {
                texts.Add(form(text, canonical));
            }

            if (seen.Count % 1000 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report(new ProgressUpdate(phase, texts.Count, null, texts.Count, "texts"));
            }
        }

        return texts;
    }
}
