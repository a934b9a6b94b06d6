using System.CommandLine;
using Plumbline.Cli.Commands.Constitutions.Mining;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Progress;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Evaluation.Principles;
using Plumbline.Evaluation.Principles.Clauses;
using Plumbline.Evaluation.Reports;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary><c>plumb constitution mine</c>.</summary>
internal static class ConstitutionMineCommand
{
    private const ulong DefaultSeed = 17;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    internal static Command Create(CommandEnvironment environment)
    {
        var data = new Argument<string>("DATA")
        {
            Description = "Preferences of any layout: pairs or rankings in jsonl, json or csv, also gzipped.",
        };
        var constitution = new Option<string?>("--constitution")
        {
            Description = "The constitution that the scores belong to: a file, or the name of a shipped one. Needs --scores.",
        };
        var scores = new Option<string?>("--scores")
        {
            Description = "A jsonl file with what each clause says of each pair: {\"id\": pair, \"clauses\": {\"clause_id\": 0 to 1}}.",
        };
        var limit = new Option<long?>("--limit") { Description = "Rows of the data that are read, at most." };
        var seed = new Option<ulong>("--seed") { Description = "The seed of folds and intervals.", DefaultValueFactory = _ => DefaultSeed };
        var output = new Option<string?>("--out") { Description = "The YAML file to write what was found to, as a constitution." };
        var report = new Option<string?>("--report") { Description = "The HTML file to write a report to." };
        var json = ConstitutionCommand.Json();
        var command = new Command(
            "mine",
            "Says what preferences really teach: which features of an answer, or which clauses, foretell the choices, how surely, and what no clause explains.\n\n"
                + "Example: plumb constitution mine pairs.jsonl.gz --out found.yaml --report found.html"
        )
        {
            data,
            constitution,
            scores,
            limit,
            seed,
            output,
            report,
            json,
        };
        command.SetAction(parsed =>
            Run(
                environment,
                new MiningRequest(
                    new DatasetOptions(parsed.GetValue(data)!) { Limit = parsed.GetValue(limit) },
                    parsed.GetValue(constitution),
                    parsed.GetValue(scores),
                    new Seed(parsed.GetValue(seed)),
                    parsed.GetValue(output),
                    parsed.GetValue(report),
                    parsed.GetValue(json)
                )
            )
        );
        return command;
    }

    private static int Run(CommandEnvironment environment, MiningRequest request)
    {
        if (request is { Constitution: not null, Scores: null })
        {
            throw new InvalidInputException(
                $"The constitution {request.Constitution} says nothing of the pairs by itself.",
                "Give the scores of its clauses too, with --scores."
            );
        }

        var constitution = request.Constitution is { } file ? ConstitutionFile.Read(file) : null;
        var scores = request.Scores is { } path ? ClauseScores.Read(path, constitution) : null;
        var reader = DatasetReader.Open(request.Data);
        var pairs = reader.ReadPreferences().ToList();
        DataNotice.Write(environment.Error, reader.Report);
        var miner = new PrincipleMiner(request.Seed, progress: new DelayedProgress(environment.Progress, environment.Clock, Silence));
        MinedPreferences mined;
        try
        {
            mined = miner.Mine(pairs, scores, environment.Cancellation);
        }
        catch (OperationCanceledException) when (environment.Cancellation.IsCancellationRequested)
        {
            environment.Error.WriteLine("Stopped. Nothing is written; the command begins anew when it is given again.");
            return ExitCode.Failed;
        }

        var found = MinedConstitution.Of(mined, Path.GetFileNameWithoutExtension(request.Output ?? "mined"));
        if (request.Output is { } output && found is not null)
        {
            ConstitutionFile.Write(output, found);
        }

        if (request.Report is { } page)
        {
            HtmlReport.Save(MiningReport.Document(mined, constitution, reader.Report, Facts(request)), page);
        }

        if (request.Json)
        {
            environment.Output.WriteLine(MiningJson.Of(mined, found).ToJsonString());
        }
        else
        {
            using var text = new StringWriter();
            MiningText.Write(text, mined);
            environment.Output.Write(TerminalText.Escape(text.ToString()));
        }

        if (request.Output is not null && found is null)
        {
            environment.Error.WriteLine($"No principle is clear of chance: {request.Output} is not written.");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    private static RunFacts Facts(MiningRequest request)
    {
        string?[] files = [request.Data.Path, request.Scores, File.Exists(request.Constitution) ? request.Constitution : null];
        return new RunFacts(
            "plumb constitution mine",
            request,
            request.Seed.Value,
            Versions.All,
            RunMachine.Facts(threads: 1),
            [.. files.OfType<string>().Select(InputFact.Of)]
        );
    }
}
