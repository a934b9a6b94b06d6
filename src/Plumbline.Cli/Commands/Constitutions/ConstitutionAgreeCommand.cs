using System.CommandLine;
using System.Globalization;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution agree</c>.</summary>
internal static class ConstitutionAgreeCommand
{
    private const int Disputed = 10;

    internal static Command Create(CommandEnvironment environment)
    {
        var folders = new Argument<string[]>("FOLDER")
        {
            Description =
                "Folders of plumb constitution label over the same pairs: by several judges, or under the standards of several places.",
            Arity = new ArgumentArity(2, 100),
        };
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "agree",
            "Says clause by clause how far several labellings of the same pairs agree, and which pairs they part about most.\n\n"
                + "Example: plumb constitution agree runs/label-eu runs/label-japan"
        )
        {
            folders,
            json,
        };
        command.SetAction(parsed =>
        {
            var names = parsed.GetValue(folders)!;
            var labellings = names.Select(Labels).ToList();
            var agreement = LabelAgreement.Of(labellings, Disputed);
            if (agreement.Overall.Pairs == 0)
            {
                throw new InvalidInputException(
                    "No pair is labelled in two of these folders.",
                    "Give labellings of the same data.",
                    new InputPosition(names[0])
                );
            }

            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(agreement.Json(names).ToJsonString());
            }
            else
            {
                Print(environment.Output, agreement, names);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyDictionary<string, LabelledPair> Labels(string folder) =>
        LabelFile.Read(new LabelWorkspace(folder).Labels).ToDictionary(label => label.Id, StringComparer.Ordinal);

    private static void Print(TextWriter output, LabelAgreement agreement, string[] names)
    {
        var width = agreement.Clauses.Select(clause => clause.Clause.Length).Append("(label)".Length).Max();
        output.WriteLine(
            $"{"clause".PadRight(width)}  pairs  same side   alpha  spread  means ({string.Join(", ", names.Select(TerminalText.Escape))})"
        );
        // Where they part most first.
        foreach (
            var clause in agreement
                .Clauses.OrderBy(clause => clause.SameSide)
                .ThenBy(clause => clause.Clause, StringComparer.Ordinal)
                .Append(agreement.Overall)
        )
        {
            var alpha = clause.Alpha is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-";
            var means = string.Join(
                ", ",
                clause.Means.Select(mean => mean is { } share ? share.ToString("0.000", CultureInfo.InvariantCulture) : "-")
            );
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clause.Clause.PadRight(width)}  {clause.Pairs, 5}  {clause.SameSide * 100, 7:0.0} %  {alpha, 6}  {clause.Spread, 6:0.000}  {means}"
                )
            );
        }

        foreach (var pair in agreement.Disputed)
        {
            output.WriteLine(
                $"{pair.Id}: {string.Join(", ", pair.Labels.Select(label => label is { } share ? share.ToString("0.000", CultureInfo.InvariantCulture) : "-"))}"
            );
        }
    }
}
