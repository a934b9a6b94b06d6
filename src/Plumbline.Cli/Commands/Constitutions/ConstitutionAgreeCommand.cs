using System.CommandLine;
using System.Text.Json.Nodes;
using Plumbline.Cli.Commands.Constitutions.Agreement;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Cli.Progress;
using Plumbline.Constitutions;
using Plumbline.Evaluation.Agreement;
using Plumbline.Evaluation.Reports;
using Plumbline.Feedback;
using Plumbline.Feedback.Judging;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution agree</c>.</summary>
internal static class ConstitutionAgreeCommand
{
    private const int Disputed = 10;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var arguments = new AgreeArguments();
        var command = new Command(
            "agree",
            "Says clause by clause how far several labellings of the same pairs agree, or groups of people who ranked answers by clauses, and where they part.\n\n"
                + "Example: plumb constitution agree runs/label-eu runs/label-japan\n"
                + "         plumb constitution agree --feedback feedback.db --groups raters.yaml --constitution general --report map.html"
        );
        arguments.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(environment, arguments.Read(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(CommandEnvironment environment, AgreeRequest request)
    {
        request.Check();
        if (request.Store is null)
        {
            CompareLabels(environment, request);
            return ExitCode.Done;
        }

        try
        {
            await CompareGroupsAsync(environment, request, request.Store);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (environment.Cancellation.IsCancellationRequested)
        {
            environment.Error.WriteLine("Stopped. Nothing is written; the command begins anew when it is given again.");
            return ExitCode.Failed;
        }
    }

    private static void CompareLabels(CommandEnvironment environment, AgreeRequest request)
    {
        var files = request.Folders.Select(folder => new LabelWorkspace(folder).Labels).ToList();
        var agreement = LabelAgreement.Of(files.ConvertAll(Labels), Disputed);
        if (agreement.Overall.Pairs == 0)
        {
            throw new InvalidInputException(
                "No pair is labelled in two of these folders.",
                "Give labellings of the same data.",
                new InputPosition(request.Folders[0])
            );
        }

        if (request.Report is { } page)
        {
            // Nothing is drawn, so any seed repeats it.
            HtmlReport.Save(LabelReport.Document(agreement, request.Folders, Facts(default, request.Draws, files)), page);
        }

        Print(environment, request, () => agreement.Json(request.Folders), output => LabelText.Write(output, agreement, request.Folders));
    }

    private static IReadOnlyDictionary<string, LabelledPair> Labels(string file) =>
        LabelFile.Read(file).ToDictionary(label => label.Id, StringComparer.Ordinal);

    private static async Task CompareGroupsAsync(CommandEnvironment environment, AgreeRequest request, string location)
    {
        var seed = request.Draws;
        var comparison = new GroupComparison(seed, request.Options, new DelayedProgress(environment.Progress, environment.Clock, Silence));
        var constitution = request.Constitution is { } file ? ConstitutionFile.Read(file, request.Overlays) : null;
        var groups = RaterGroups.Read(request.Groups!);
        await using var store = await FeedbackStore.OpenExistingAsync(location, environment.Clock, environment.Cancellation);
        var survey = await GroupSurvey.ReadAsync(store, groups, environment.Cancellation);
        if (survey.Criteria.Count == 0)
        {
            throw new InvalidInputException("Nobody has ranked anything in the feedback store.", "Check that it is the right one.");
        }

        survey = constitution is null ? survey : survey.Under(constitution);
        var agreement = comparison.Compare(survey.Criteria, survey.Attributes, environment.Cancellation);
        var texts = await GroupFindings.TextsAsync(store, agreement, environment.Cancellation);
        var findings = new GroupFindings(survey, agreement, constitution?.Name, texts);
        if (request.Report is { } page)
        {
            // The store is not among the inputs: it may be a server, and its location may hold a password.
            string?[] files = [request.Groups, File.Exists(request.Constitution) ? request.Constitution : null];
            var facts = Facts(request.Options, seed, [.. files.OfType<string>(), .. request.Overlays.Where(File.Exists)]);
            HtmlReport.Save(GroupReport.Document(findings, constitution, facts), page);
        }

        Print(environment, request, () => GroupJson.Of(findings), output => GroupText.Write(output, findings));
    }

    private static RunFacts Facts(object? options, Seed seed, IEnumerable<string> files) =>
        new(
            "plumb constitution agree",
            options ?? new object(),
            seed.Value,
            Versions.All,
            RunMachine.Facts(threads: 1),
            [.. files.Select(InputFact.Of)]
        );

    private static void Print(CommandEnvironment environment, AgreeRequest request, Func<JsonObject> json, Action<TextWriter> write)
    {
        if (request.Json)
        {
            environment.Output.WriteLine(json().ToJsonString());
            return;
        }

        using var text = new StringWriter();
        write(text);
        environment.Output.Write(TerminalText.Escape(text.ToString()));
    }
}
