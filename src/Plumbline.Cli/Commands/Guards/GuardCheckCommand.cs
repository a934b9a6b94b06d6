using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Cli.Commands.Constitutions;
using Plumbline.Cli.Conversing;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Feedback;
using Plumbline.Findings;
using Plumbline.Gateway;
using Plumbline.Moderation;
using Plumbline.Moderation.Decisions;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Cli.Commands.Guards;

/// <summary><c>plumb guard check</c>.</summary>
internal static class GuardCheckCommand
{
    private const long LargestFile = 64L << 20;

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    internal static Command Create(CommandEnvironment environment)
    {
        var text = new Argument<string?>("TEXT")
        {
            Description = "The text; standard input where it is left out and no file is given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file") { Description = "A file with the text." };
        var image = new Option<string?>("--image") { Description = "An image's file, checked instead of a text." };
        var part = new Option<string>("--part")
        {
            Description = "What it is: prompt, answer, tool_call, tool_result, image_prompt or image.",
            DefaultValueFactory = _ => "prompt",
        };
        var sources = new Option<string[]>("--source") { Description = "A file that an answer must be founded on. May be repeated." };
        var where = new Option<string[]>("--where")
        {
            Description = "Where it is said: region=DE, language=de, domain=healthcare, audience=children. May be repeated.",
        };
        var shared = new GuardFileArguments();
        var json = new Option<bool>("--json") { Description = "Prints one JSON object for machines." };
        var command = new Command(
            "check",
            "Decides about a text or an image, as the guard would at run time. Exits with 1 where it does not pass.\n\n"
                + "Example: plumb guard check \"How do I pick a lock?\" --where domain=healthcare"
        )
        {
            text,
            file,
            image,
            part,
            sources,
            where,
            json,
        };
        shared.AddTo(command);
        command.SetAction(
            (parsed, _) =>
                Run(
                    environment,
                    shared.Read(parsed),
                    new GuardRequest
                    {
                        Part = Part(parsed.GetValue(image) is null ? parsed.GetValue(part)! : "image"),
                        Text = parsed.GetValue(image) is null
                            ? Text(environment, parsed.GetValue(text), parsed.GetValue(file))
                            : string.Empty,
                        Image = parsed.GetValue(image) is { } picture ? Bytes(picture) : default(ReadOnlyMemory<byte>),
                        Sources = [.. (parsed.GetValue(sources) ?? []).Select(source => Text(environment, null, source))],
                        Situation = OptionsFile.Read<Situation>(path: null, parsed.GetValue(where)),
                    },
                    parsed.GetValue(json)
                )
        );
        return command;
    }

    private static async Task<int> Run(CommandEnvironment environment, GuardFile file, GuardRequest request, bool json)
    {
        await using var log = file.Decisions is { } folder ? DecisionLog.Open(folder, environment.Clock) : null;
        using var assembly = GuardAssembly.Load(file, log, environment.Clock);
        await using var reviews = file.Reviews is { } location
            ? await FeedbackStore.OpenReviewsAsync(location, environment.Clock, environment.Cancellation)
            : null;
        var decision = await new Guard(assembly.Parts).CheckAsync(request, environment.Cancellation);
        if (reviews is not null && decision.Outcome == GuardOutcome.Escalate)
        {
            await EscalateAsync(new ReviewDesk(reviews), ReviewedDecision.Of(decision, request, client: null), environment.Cancellation);
        }

        if (json)
        {
            environment.Output.WriteLine(JsonSerializer.SerializeToNode(decision, Layout)!.ToJsonString());
        }
        else
        {
            Write(environment.Output, decision);
        }

        return decision.Passes ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task EscalateAsync(ReviewDesk desk, ReviewedDecision decision, CancellationToken cancellation)
    {
        try
        {
            await desk.EscalateAsync(decision, cancellation);
        }
        catch (DbException failure)
        {
            throw new InvalidInputException(
                $"People were to look at decision {decision.Decision.Id}, and the review store failed: {failure.Message}",
                "Check the store, and check the text again.",
                inner: failure
            );
        }
    }

    private static void Write(TextWriter output, GuardDecision decision)
    {
        output.WriteLine(
            FormattableString.Invariant($"{decision.Outcome} ({decision.Language ?? "unknown language"}), decision {decision.Id}")
        );
        foreach (var verdict in decision.Verdicts)
        {
            output.WriteLine(
                FormattableString.Invariant($"  {verdict.Clause}: {verdict.Outcome}, score {verdict.Score:F2} of {verdict.Threshold:F2}")
            );
        }

        foreach (var finding in decision.Findings.OrderByDescending(finding => finding.Score))
        {
            var place = finding.Span is { } span ? FormattableString.Invariant($" at {span.Start} to {span.End}") : string.Empty;
            var view = finding.View is { } name ? $", read as {name}" : string.Empty;
            output.WriteLine(FormattableString.Invariant($"  found {finding.Hazard} {finding.Kind} {finding.Score:F2}{place}{view}"));
        }

        output.WriteLine(TerminalText.Escape(decision.Passes ? decision.Text ?? string.Empty : decision.Explanation!));
    }

    private static GuardedPart Part(string name) =>
        Enum.GetValues<GuardedPart>().Cast<GuardedPart?>().FirstOrDefault(part => ConstitutionCommand.Name(part!.Value) == name)
        ?? throw new InvalidInputException(
            $"There is no part '{name}'.",
            "Use prompt, answer, tool_call, tool_result, image_prompt or image."
        );

    private static string Text(CommandEnvironment environment, string? text, string? file) =>
        text ?? (file is null ? environment.Input.Reader.ReadToEnd() : System.Text.Encoding.UTF8.GetString(Bytes(file)));

    private static byte[] Bytes(string path)
    {
        var info = new FileInfo(path);
        return !info.Exists ? throw new InvalidInputException("there is no such file.", "Check the path.", new InputPosition(path))
            : info.Length > LargestFile
                ? throw new InvalidInputException($"the file is larger than {LargestFile >> 20} MiB.", "Cut it.", new InputPosition(path))
            : File.ReadAllBytes(path);
    }
}
