using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Linting;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution lint</c>.</summary>
internal static class ConstitutionLintCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var file = ConstitutionCommand.File();
        var overlays = ConstitutionCommand.Overlays();
        var json = ConstitutionCommand.Json();
        var strict = new Option<bool>("--strict") { Description = "Fails on warnings too." };
        var command = new Command(
            "lint",
            "Finds contradictions, clauses that never decide, tests that oppose each other, and what is missing. Fails (1) where it finds an error.\n\n"
                + "Example: plumb constitution lint my.yaml --overlay finance --overlay eu"
        )
        {
            file,
            overlays,
            strict,
            json,
        };
        command.SetAction(parsed =>
        {
            var (path, laid) = (parsed.GetValue(file)!, parsed.GetValue(overlays) ?? []);
            var constitution = ConstitutionFile.Read(path, laid);
            var findings = ConstitutionLint.Of(constitution, DateOnly.FromDateTime(environment.Clock.GetLocalNow().Date));
            var positions = ConstitutionFile.Positions([path, .. laid]);
            if (parsed.GetValue(json))
            {
                environment.Output.WriteLine(Document(constitution, findings, positions).ToJsonString());
            }
            else
            {
                Print(environment.Output, constitution, findings, positions);
            }

            var worst = parsed.GetValue(strict) ? LintSeverity.Warning : LintSeverity.Error;
            return findings.Any(finding => finding.Severity <= worst) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static void Print(
        TextWriter output,
        Constitution constitution,
        IReadOnlyList<LintFinding> findings,
        IReadOnlyDictionary<string, InputPosition> positions
    )
    {
        foreach (var finding in findings)
        {
            var place = Place(finding, positions) is { } position ? $"{position}: " : string.Empty;
            output.WriteLine(
                TerminalText.Escape($"{place}{ConstitutionCommand.Name(finding.Severity)} {finding.Rule}: {finding.Problem} {finding.Mend}")
            );
        }

        var counts = Enum.GetValues<LintSeverity>().Select(severity => (severity, findings.Count(finding => finding.Severity == severity)));
        output.WriteLine(
            TerminalText.Escape(
                $"{constitution.Name}: {constitution.Clauses.Count} clauses, {string.Join(", ", counts.Select(count => $"{count.Item2} {ConstitutionCommand.Name(count.severity)}s"))}; hash {ConstitutionHash.Of(constitution)}"
            )
        );
    }

    private static JsonObject Document(
        Constitution constitution,
        IReadOnlyList<LintFinding> findings,
        IReadOnlyDictionary<string, InputPosition> positions
    ) =>
        new()
        {
            ["name"] = constitution.Name,
            ["hash"] = ConstitutionHash.Of(constitution),
            ["clauses"] = constitution.Clauses.Count,
            ["findings"] = new JsonArray([
                .. findings.Select(finding =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["rule"] = finding.Rule,
                            ["severity"] = ConstitutionCommand.Name(finding.Severity),
                            ["clauses"] = new JsonArray([.. finding.Clauses.Select(id => (JsonNode)id)]),
                            ["problem"] = finding.Problem,
                            ["mend"] = finding.Mend,
                            ["position"] = Place(finding, positions)?.ToString(),
                        }
                ),
            ]),
        };

    private static InputPosition? Place(LintFinding finding, IReadOnlyDictionary<string, InputPosition> positions) =>
        finding.Clauses.Select(id => positions.GetValueOrDefault(id)).FirstOrDefault(position => position is not null);
}
