using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Administration;

/// <summary>What stands in the fields of the page on which a project is set up.</summary>
internal static class ProjectFields
{
    /// <summary>A list as it is written: a line for each entry, with its id, a colon and what people read.</summary>
    public static string Write(IReadOnlyList<FeedbackCriterion> entries) =>
        string.Join('\n', entries.Select(entry => $"{entry.Id}: {entry.Wording}"));

    /// <summary>The settings that the fields say.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="before">The settings until now; those of a new project where there are none.</param>
    /// <exception cref="InvalidInputException">A field cannot be read.</exception>
    public static ProjectSettings Read(IFormCollection fields, ProjectSettings? before)
    {
        var medium = fields["medium"] == "image" ? AnswerMedium.Image : AnswerMedium.Text;
        return new ProjectSettings
        {
            Name = fields["name"].ToString().Trim(),
            Medium = before?.Medium ?? medium,
            Guidelines = Text("guidelines"),
            Criteria = List("criteria"),
            RankingsWanted = (int)Number("wanted", 1)!,
            LeaseMinutes = (int)Number("lease", 30)!,
            RandomShare = Number("random", 0)!.Value,
            GoldShare = Number("gold", 0)!.Value,
            AgreementFloor = Number("floor", null),
            MostHarmfulPerDay = (int?)Number("cap", null),
            BreakAfterMinutes = (int)Number("break", 0)!,
            IsOpen = Is("open"),
            Form = new JudgementForm
            {
                Ranking = Is("ranking"),
                Ties = Is("ties"),
                AllBad = Is("all_bad"),
                Margin = Is("margin"),
                Critiques = Is("critiques"),
                Comment = Is("comment"),
                Ratings = List("ratings"),
                Flags = List("flags"),
                SpanLabels = List("spans"),
                TurnRatings = List("turns"),
            },
        };

        bool Is(string name) => fields[name] == "on";

        string? Text(string name) => fields[name].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? text : null;

        double? Number(string name, double? empty) =>
            Text(name) is not { } text ? empty
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e9 ? number
            : throw new InvalidInputException($"The field '{name}' says '{text}'.", "Give a number, such as 3 or 0.5.");

        IReadOnlyList<FeedbackCriterion> List(string name) =>
            [
                .. (Text(name) ?? string.Empty)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(line => Entry(name, line)),
            ];
    }

    private static FeedbackCriterion Entry(string name, string line)
    {
        // Chinese and Japanese keyboards give the wide one.
        var colon = line.AsSpan().IndexOfAny(':', '：');
        return colon > 0
            ? new FeedbackCriterion(line[..colon].Trim(), line[(colon + 1)..].Trim())
            : throw new InvalidInputException(
                $"A line of '{name}' says '{(line.Length > 80 ? line[..80] + "…" : line)}'.",
                "Write an id, a colon, and what people read: quality: Overall quality"
            );
    }
}
