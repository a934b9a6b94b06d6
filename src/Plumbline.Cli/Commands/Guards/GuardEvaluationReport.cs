using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Reports;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a guard did with labelled texts.</summary>
/// <param name="File">What the guard is made of.</param>
/// <param name="Recipe">Which texts it decided about.</param>
/// <param name="Detectors">Its detectors with their versions.</param>
/// <param name="Texts">How many texts there were.</param>
/// <param name="Measured">What it found and missed.</param>
/// <param name="Attacks">What attacks leave of that.</param>
internal sealed record GuardEvaluation(
    GuardFile File,
    TextModelRecipe Recipe,
    IReadOnlyList<(string Name, string Version)> Detectors,
    int Texts,
    DetectionMeasurement Measured,
    IReadOnlyList<AttackRow> Attacks
);

/// <summary>A guard's evaluation, for terminals, machines and browsers.</summary>
internal static class GuardEvaluationReport
{
    // Of single languages a terminal shows what an attack takes more than a twentieth from; the JSON and the report hold all.
    private const double KeptUnseen = 0.95;

    internal static void Write(TextWriter output, GuardEvaluation evaluation)
    {
        output.WriteLine(
            DetectionReport.Line(
                $"{evaluation.Texts} texts, decided about by {Detectors(evaluation)}. Labels of hazards: what is found; others: what is stopped. With 95 % intervals:"
            )
        );
        DetectionReport.Write(output, evaluation.Measured);
        if (evaluation.Attacks.Count > 0)
        {
            output.WriteLine(
                "Under attack: harmful texts found plain and attacked, what is kept of the recall, those in which the same clause is found; harmful ones stopped; harmless ones stopped plain and attacked. Single languages where less than .95 is kept:"
            );
        }

        foreach (var row in evaluation.Attacks.Where(row => row.Language is null || row.Kept < KeptUnseen))
        {
            output.WriteLine(
                DetectionReport.Line(
                    $"  {row.Attack, -30} {row.Language ?? DetectionReport.AllLanguages, -8} found {row.Plain.Value, 5:F3} {row.Attacked.Value, 5:F3} kept {Kept(row), -5} same {row.Same.Value, 5:F3} stopped {row.Stopped.Value, 5:F3}  harmless {row.HarmlessPlain.Value, 5:F3} {row.HarmlessAttacked.Value, 5:F3}  texts {row.Plain.Trials}"
                )
            );
        }
    }

    internal static JsonObject Json(GuardEvaluation evaluation)
    {
        var json = new JsonObject
        {
            ["texts"] = evaluation.Texts,
            ["detectors"] = new JsonObject(
                evaluation.Detectors.Select(detector => KeyValuePair.Create<string, JsonNode?>(detector.Name, detector.Version))
            ),
        };
        DetectionReport.AddTo(json, evaluation.Measured);
        json["attacks"] = new JsonArray([
            .. evaluation.Attacks.Select(row => new JsonObject
            {
                ["attack"] = row.Attack,
                ["language"] = row.Language,
                ["found_plain"] = DetectionReport.Json(row.Plain),
                ["found"] = DetectionReport.Json(row.Attacked),
                ["kept"] = row.Kept,
                ["same_clause"] = DetectionReport.Json(row.Same),
                ["stopped"] = DetectionReport.Json(row.Stopped),
                ["harmless_stopped_plain"] = DetectionReport.Json(row.HarmlessPlain),
                ["harmless_stopped"] = DetectionReport.Json(row.HarmlessAttacked),
            }),
        ]);
        return json;
    }

    internal static ReportDocument Document(GuardEvaluation evaluation) =>
        new(
            "What the guard finds and misses",
            DetectionReport.Line(
                $"{evaluation.Texts} labelled texts, decided about by {Detectors(evaluation)}. Labels that speak for a hazard count what is found, others what is stopped."
            ),
            [
                .. DetectionReport.Sections(evaluation.Measured),
                .. Attacks(evaluation.Attacks),
                Provenance.Section(
                    new RunFacts(
                        "plumb guard evaluate",
                        evaluation.File,
                        evaluation.Recipe.Seed.Value,
                        Versions.All,
                        RunMachine.Facts(threads: 1),
                        []
                    )
                ),
            ]
        );

    private static IEnumerable<ReportSection> Attacks(IReadOnlyList<AttackRow> rows)
    {
        if (rows.Count > 0)
        {
            yield return new ReportSection(
                "Under attack",
                [
                    new ParagraphBlock(
                        "The same texts as attacks write them. Found are texts in which a clause is broken, and kept is the share that an attack leaves of that; an attack may be found instead of what it hides, so another column says in how many of those found plain the same clause is found. Stopped counts texts that are stopped for being unreadable, too."
                    ),
                    .. rows.GroupBy(row => row.Language).Select(language => Table(language.Key ?? "all languages", [.. language])),
                ]
            );
        }
    }

    private static TableBlock Table(string language, IReadOnlyList<AttackRow> rows) =>
        new(
            DetectionReport.Line($"Language: {language}."),
            [
                new("attack"),
                new("texts", true),
                new("found plain", true),
                new("found attacked", true),
                new("kept", true),
                new("same clause", true),
                new("stopped", true),
                new("harmless stopped plain", true),
                new("harmless stopped", true),
            ],
            [
                .. rows.Select(row =>
                    new[]
                    {
                        row.Attack,
                        DetectionReport.Line($"{row.Plain.Trials}"),
                        DetectionReport.Line($"{row.Plain.Value:F3}"),
                        DetectionReport.Line($"{row.Attacked.Value:F3}"),
                        Kept(row),
                        DetectionReport.Share(row.Same),
                        DetectionReport.Line($"{row.Stopped.Value:F3}"),
                        DetectionReport.Line($"{row.HarmlessPlain.Value:F3}"),
                        DetectionReport.Share(row.HarmlessAttacked),
                    }
                ),
            ]
        );

    private static string Kept(AttackRow row) => row.Kept is { } kept ? DetectionReport.Line($"{kept:F3}") : "-";

    private static string Detectors(GuardEvaluation evaluation) =>
        string.Join(", ", evaluation.Detectors.Select(detector => detector.Name));
}
