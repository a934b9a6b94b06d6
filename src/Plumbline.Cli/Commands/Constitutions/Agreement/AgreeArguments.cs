using System.CommandLine;
using Plumbline.Evaluation.Agreement;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>What can be given to <c>plumb constitution agree</c>.</summary>
internal sealed class AgreeArguments
{
    private static readonly GroupAgreementOptions Defaults = new();

    private readonly Argument<string[]> folders = new("FOLDER")
    {
        Description =
            "Folders of plumb constitution label over the same pairs: by several judges, or under the standards of several places.",
        Arity = new ArgumentArity(0, 100),
    };

    private readonly Option<string?> feedback = new("--feedback")
    {
        Description = "Compares groups of people instead: where their rankings are kept, a SQLite file or a PostgreSQL location.",
    };

    private readonly Option<string?> groups = new("--groups")
    {
        Description = "A YAML file that says which groups the raters belong to: raters: { anna: { region: BR, age: teens } }.",
    };

    private readonly Option<string?> constitution = new("--constitution")
    {
        Description = "The constitution whose clauses people ranked by: a file, or the name of a shipped one.",
    };

    private readonly Option<string[]> overlays = ConstitutionCommand.Overlays();

    private readonly Option<int?> requests = new("--least-requests")
    {
        Description = $"Figures over fewer requests are not given. {Defaults.LeastRequests} by default.",
    };

    private readonly Option<int?> raters = new("--least-raters")
    {
        Description = $"Figures over fewer raters of a group are not given. {Defaults.LeastRaters} by default.",
    };

    private readonly Option<ulong?> seed = new("--seed")
    {
        Description = $"The seed of intervals and tests. {AgreeRequest.DefaultSeed} by default.",
    };

    private readonly Option<string?> report = new("--report") { Description = "The HTML file to write a map of disagreement to." };

    private readonly Option<bool> json = ConstitutionCommand.Json();

    internal void AddTo(Command command)
    {
        command.Add(folders);
        foreach (Option option in (Option[])[feedback, groups, constitution, overlays, requests, raters, seed, report, json])
        {
            command.Add(option);
        }
    }

    internal AgreeRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(folders) ?? [], parsed.GetValue(report), parsed.GetValue(json))
        {
            Store = parsed.GetValue(feedback),
            Groups = parsed.GetValue(groups),
            Constitution = parsed.GetValue(constitution),
            Overlays = parsed.GetValue(overlays) ?? [],
            LeastRequests = parsed.GetValue(requests),
            LeastRaters = parsed.GetValue(raters),
            Seed = parsed.GetValue(seed),
        };
}
