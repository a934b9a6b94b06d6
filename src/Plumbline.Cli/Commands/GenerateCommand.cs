using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Configuration;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb generate</c>.</summary>
internal static class GenerateCommand
{
    internal static Command Create(CommandEnvironment environment)
    {
        var shared = new SpeakerArguments();
        var prompt = new Option<string[]>("--prompt") { Description = "A prompt. May be repeated." };
        var input = new Option<string?>("--input")
        {
            Description = "A file with prompts: a data set (jsonl, json, csv, also gzipped), or .txt with one a line.",
        };
        var output = new Option<string?>("--out") { Description = "The jsonl file to write; standard output where it is left out." };
        var ledger = new Option<string?>("--ledger")
        {
            Description = "A folder whose ledger is told which model answered what, so that plumb ledger why finds each answer.",
        };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "generate",
            "Answers prompts with a local or a remote model, as rows of a prompt-completion data set.\n\nExample: plumb generate --model models/qwen --input prompts.jsonl --out answers.jsonl --set sampling.temperature=0.7"
        )
        {
            prompt,
            input,
            output,
            ledger,
            json,
        };
        shared.AddTo(command);
        command.SetAction(
            (parsed, _) =>
            {
                var prompts = parsed.GetValue(prompt) is { Length: > 0 } given
                    ? $"prompts=[{string.Join(", ", given.Select(SpeakerArguments.Quoted))}]"
                    : null;
                var overrides = shared.Overrides(
                    parsed,
                    ("input.path", parsed.GetValue(input)),
                    ("output", parsed.GetValue(output)),
                    ("ledger", parsed.GetValue(ledger))
                );
                var options = OptionsFile.Read<GenerateOptions>(shared.File(parsed), prompts is null ? overrides : [prompts, .. overrides]);
                return Run(environment, options, parsed.GetValue(json));
            }
        );
        return command;
    }

    private static async Task<int> Run(CommandEnvironment environment, GenerateOptions options, bool json)
    {
        var started = environment.Clock.GetTimestamp();
        var prompts = PromptSource.Read(options);
        using var speaker = Speaker.Open(options, Math.Min(options.Batch, prompts.Count * options.Answers), prompts, environment.Clock);
        foreach (var note in speaker.Notes)
        {
            environment.Error.WriteLine(TerminalText.Escape(note));
        }

        var pipeline = new GeneratePipeline(speaker, options.Answers, environment.Progress);
        var rows = new JsonArray();
        var partial = options.Output + ".partial";
        var record = options.Ledger is null ? null : new GeneratedRecord(options, environment.Clock);
        try
        {
            using (var file = options.Output is null ? null : new StreamWriter(partial, append: false, new UTF8Encoding(false)))
            {
                await pipeline
                    .RunAsync(
                        prompts,
                        row =>
                        {
                            record?.Add(row);
                            if (file is null && json)
                            {
                                rows.Add(row.ToJson());
                            }
                            else
                            {
                                (file ?? environment.Output).WriteLine(GeneratePipeline.Line(row));
                            }
                        },
                        environment.Cancellation
                    )
                    .ConfigureAwait(false);
            }

            if (options.Output is not null)
            {
                File.Move(partial, options.Output, overwrite: true);
                record?.Write();
            }
        }
        catch (OperationCanceledException) when (environment.Cancellation.IsCancellationRequested)
        {
            environment.Error.WriteLine(
                $"Stopped after {pipeline.Rows} of {prompts.Count * (long)options.Answers} answers"
                    + (options.Output is null ? "." : $"; they stand in {partial}. The command begins anew when it is given again.")
            );
            return ExitCode.Failed;
        }

        Finish(environment, options, speaker, pipeline, json ? rows : null, environment.Clock.GetElapsedTime(started).TotalSeconds);
        return ExitCode.Done;
    }

    private static void Finish(
        CommandEnvironment environment,
        GenerateOptions options,
        Speaker speaker,
        GeneratePipeline pipeline,
        JsonArray? rows,
        double seconds
    )
    {
        if (rows is not null)
        {
            var summary = new JsonObject
            {
                ["model"] = speaker.Name,
                ["answers"] = pipeline.Rows,
                ["truncated"] = pipeline.Truncated,
                ["completion_tokens"] = pipeline.Tokens,
                ["seconds"] = Math.Round(seconds, 3),
                ["output"] = options.Output,
                ["cost"] = speaker.Usage?.Cost,
                ["retries"] = speaker.Usage?.Retries,
            };
            if (options.Output is null)
            {
                summary["rows"] = rows;
            }

            environment.Output.WriteLine(summary.ToJsonString());
            return;
        }

        if (pipeline.Truncated > 0)
        {
            environment.Error.WriteLine(
                $"{pipeline.Truncated} of {pipeline.Rows} answers were cut at the token limit (sampling.max_new_tokens)."
            );
        }

        if (options.Output is not null)
        {
            environment.Output.WriteLine($"{pipeline.Rows} answers, {pipeline.Tokens} tokens: {options.Output}");
        }

        if (speaker.Usage is { } usage)
        {
            environment.Error.WriteLine(
                $"{usage.PromptTokens} tokens sent, {usage.CompletionTokens} written, {usage.Retries} retries, cost {usage.Cost:0.######}."
            );
        }
    }
}
