using System.Globalization;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Lineage;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>
/// The folder of a labelling: <c>label.yaml</c>, <c>labels.jsonl</c>, <c>preferences.jsonl</c>, <c>answers.db</c>, and every constitution that labels were made under, by its hash.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class LabelWorkspace(string folder)
{
    /// <summary>The labels.</summary>
    internal string Labels => Path.Combine(folder, "labels.jsonl");

    /// <summary>Pairs that training reads.</summary>
    internal string Preferences => Path.Combine(folder, "preferences.jsonl");

    /// <summary>What the judge answered.</summary>
    internal string Answers => Path.Combine(folder, "answers.db");

    private string OptionsPath => Path.Combine(folder, "label.yaml");

    /// <summary>Reads the options that the labels were made with.</summary>
    /// <exception cref="InvalidInputException">There are none.</exception>
    internal LabelOptions Options() => OptionsFile.Read<LabelOptions>(OptionsPath);

    /// <summary>Keeps options and constitution.</summary>
    internal void Keep(LabelOptions options, Constitution constitution)
    {
        new KeptConstitutions(folder).Keep(constitution);
        DurableFile.WriteText(OptionsPath, OptionsFile.Write(options));
    }

    /// <summary>The file of a kept constitution; null where none, or several, have such a hash.</summary>
    /// <param name="hash">Its hash, or the beginning of it.</param>
    internal string? Version(string hash) => new KeptConstitutions(folder).Version(hash);

    /// <summary>The pairs that are labelled.</summary>
    internal static List<ComparedPair> Pairs(LabelOptions options)
    {
        var pairs = options
            .Data.Open(strict: false)
            .ReadPreferenceRows()
            .Select(row => new ComparedPair(
                row.Pair.Id,
                row.Pair.Prompt,
                row.Pair.Chosen,
                row.Pair.Rejected,
                RowSituation.Of(options.Situation, row.Columns, options.SituationColumns, (options.Data.Path, row.Pair.Id))
            ))
            .DistinctBy(pair => pair.Id, StringComparer.Ordinal)
            .ToList();
        return pairs.Count > 0
            ? pairs
            : throw new InvalidInputException(
                "There is no pair to label.",
                "Give pairs or rankings.",
                new InputPosition(options.Data.Path)
            );
    }

    /// <summary>Writes labels, and the preferences that follow from those in which an answer prevails.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="labels">Their labels by id; those that could not be judged are missing.</param>
    /// <param name="options">How they were made.</param>
    /// <param name="record">Writes them into the ledger.</param>
    /// <returns>How many preferences were written.</returns>
    internal int Write(
        IReadOnlyList<ComparedPair> pairs,
        IReadOnlyDictionary<string, LabelledPair> labels,
        LabelOptions options,
        ConstitutionRecord record
    )
    {
        LabelFile.Write(Labels, pairs.Select(pair => labels.GetValueOrDefault(pair.Id)).OfType<LabelledPair>());
        var preferences = pairs
            .Where(pair => labels.ContainsKey(pair.Id))
            .Select(pair => (Row: Preference(pair, labels[pair.Id], options.Comparison), Label: labels[pair.Id]))
            .Where(preference => preference.Row is not null)
            .ToList();
        TracedRows.Write(Preferences, preferences.Select(preference => ((Example)preference.Row!, From(preference.Label, record))));
        record.Write([("labels", Labels), ("preferences", Preferences)], options.Data.Path, [options.Judge]);
        return preferences.Count;
    }

    // The clauses that decided, each with how sure it was, and how it came about.
    private static RowOrigin[] From(LabelledPair label, ConstitutionRecord record) =>
        [
            .. label.Settled.By.Select(clause => new RowOrigin("judgement", record.ConstitutionId)
            {
                Clause = clause,
                Text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{label.Judge}: {label.Clauses[clause].First:0.000} for the first answer"
                ),
            }),
            new("settlement", record.ConstitutionId) { Text = string.Join(' ', label.Settled.Trace) },
        ];

    /// <summary>The preference that follows from a label; null where no answer prevails.</summary>
    internal static PreferenceExample? Preference(ComparedPair pair, LabelledPair label, ComparisonOptions comparison)
    {
        if (label.Confidence(comparison) is not { } confidence)
        {
            return null;
        }

        var (chosen, rejected) = label.Settled.Outcome == SettlementOutcome.First ? (pair.First, pair.Second) : (pair.Second, pair.First);
        var preference = new PreferenceExample(string.Empty, pair.Prompt, chosen, rejected) { Confidence = confidence };
        return preference with { Id = ExampleId.Of(preference) };
    }
}
