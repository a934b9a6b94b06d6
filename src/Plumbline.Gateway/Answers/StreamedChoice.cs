using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Gateway.Guarding;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Answers;

/// <summary>
/// One choice of a streamed answer. Each of its texts and each of its tool calls goes through a guarded text of its own, to the choice's end: what the last windows hold back comes with the
/// finish.
/// </summary>
internal sealed class StreamedChoice(int index, AnswerShape shape, GuardSession session, AskedFor asked, int maxToolCalls) : IDisposable
{
    private readonly List<KeyValuePair<string, GuardedField>> texts = [];
    private readonly List<StreamedTool> tools = [];
    private bool hasRole;
    private bool hasFinished;

    /// <summary>Whether nothing comes any more.</summary>
    internal bool IsOver => hasFinished || Stopped is not null;

    /// <summary>Whether any of its text is on its way to the client.</summary>
    internal bool HasLeft { get; private set; }

    /// <summary>The decision that stopped it; null where none did.</summary>
    internal GuardDecision? Stopped { get; private set; }

    private IEnumerable<GuardedField> Fields => texts.Select(text => text.Value).Concat(tools.Select(tool => tool.Input));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var field in Fields)
        {
            field.Dispose();
        }
    }

    /// <summary>Takes the next piece from the model's server.</summary>
    /// <returns>What may leave now.</returns>
    internal async ValueTask<ChoicePiece> TakeAsync(JsonElement choice, CancellationToken cancellation)
    {
        var piece = new ChoicePiece(index);
        if (Stopped is null && AnswerReading.Holder(choice, shape, isPiece: true) is { } delta)
        {
            await TakeTextsAsync(piece, delta, cancellation);
            if (shape.IsChat)
            {
                await TakeToolsAsync(piece, delta, cancellation);
            }
        }

        if (!IsOver && AnswerReading.Finish(choice) is { } finish)
        {
            piece = await EndAsync(piece, finish, cancellation);
        }

        return Leave(piece);
    }

    /// <summary>Ends it: the server says no more.</summary>
    internal async ValueTask<ChoicePiece> EndAsync(CancellationToken cancellation)
    {
        return Leave(await EndAsync(new ChoicePiece(index), "stop", cancellation));
    }

    private async ValueTask<ChoicePiece> EndAsync(ChoicePiece piece, string finish, CancellationToken cancellation)
    {
        foreach (var (name, field) in texts)
        {
            Add(piece, name, Passing(field, await field.EndAsync(cancellation)));
        }

        foreach (var tool in tools)
        {
            Add(piece, tool, Passing(tool.Input, await tool.Input.EndAsync(cancellation)));
        }

        if (Stopped is null)
        {
            hasFinished = true;
            piece.Finish = finish;
            piece.Decision = Fields.Select(field => field.Decision).OfType<GuardDecision>().MaxBy(decision => decision.Outcome);
        }

        return piece;
    }

    private async ValueTask TakeTextsAsync(ChoicePiece piece, JsonElement delta, CancellationToken cancellation)
    {
        if (shape.IsChat && !hasRole)
        {
            hasRole = true;
            piece.Role = "assistant";
        }

        foreach (var name in shape.Texts)
        {
            if (AnswerReading.Text(delta, name) is { Length: > 0 } said)
            {
                ThrowIfFinished();
                var field = texts.Find(text => text.Key == name).Value;
                if (field is null)
                {
                    texts.Add(new(name, field = session.Open(GuardedPart.Answer)));
                }

                Add(piece, name, Passing(field, await field.AddAsync(said, cancellation)));
            }
        }
    }

    private async ValueTask TakeToolsAsync(ChoicePiece piece, JsonElement delta, CancellationToken cancellation)
    {
        foreach (var call in AnswerReading.Items(delta, "tool_calls"))
        {
            await TakeToolAsync(piece, call, AnswerReading.Index(call, maxToolCalls), cancellation);
        }

        if (AnswerReading.TryField(delta, "function_call", JsonValueKind.Object, out var function))
        {
            await TakeToolAsync(piece, function, -1, cancellation);
        }
    }

    private async ValueTask TakeToolAsync(ChoicePiece piece, JsonElement call, int number, CancellationToken cancellation)
    {
        ThrowIfFinished();
        var (said, input) = AnswerReading.Tool(call, number);
        var tool = tools.Find(tool => tool.Head.Index == number);
        if (tool is null)
        {
            tool = new StreamedTool(said, session.Open(GuardedPart.ToolCall));
            tools.Add(tool);
            await NameAsync(said, cancellation);
            if (Stopped is null)
            {
                piece.Tools.Add(said);
            }
        }
        else if (said.Name is not null && said.Name.Length > 0 && said.Name != tool.Said)
        {
            // A name in pieces would leave before it is whole.
            throw AnswerReading.Malformed("a tool call changes its name");
        }

        if (input.Length > 0 && Stopped is null)
        {
            Add(piece, tool, Passing(tool.Input, await tool.Input.AddAsync(input, cancellation)));
        }
    }

    // A tool that nobody declared is the model's own words.
    private async ValueTask NameAsync(ToolPiece said, CancellationToken cancellation)
    {
        if (said.Name is not { Length: > 0 } name)
        {
            throw AnswerReading.Malformed("a tool call without a name");
        }

        if (asked.Tools.Contains(name))
        {
            return;
        }

        var decision = await session.CheckAsync(GuardedPart.ToolCall, name, cancellation);
        if (!decision.Passes)
        {
            Stopped ??= decision;
        }

        said.Name = decision.Text ?? name;
    }

    private string Passing(GuardedField field, string released)
    {
        if (field.Decision is { Passes: false } decision)
        {
            Stopped ??= decision;
        }

        return released;
    }

    private static void Add(ChoicePiece piece, string name, string released)
    {
        if (released.Length == 0)
        {
            return;
        }

        var at = piece.Texts.FindIndex(text => text.Key == name);
        if (at < 0)
        {
            piece.Texts.Add(new(name, released));
        }
        else
        {
            piece.Texts[at] = new(name, piece.Texts[at].Value + released);
        }
    }

    private static void Add(ChoicePiece piece, StreamedTool tool, string released)
    {
        if (released.Length == 0)
        {
            return;
        }

        var own = piece.Tools.Find(other => other.Index == tool.Head.Index);
        if (own is null)
        {
            own = new ToolPiece(tool.Head.Index) { IsCustom = tool.Head.IsCustom };
            piece.Tools.Add(own);
        }

        own.Input += released;
    }

    // What a piece that was stopped would have let go stays here: nothing leaves after the decision.
    private ChoicePiece Leave(ChoicePiece piece)
    {
        if (Stopped is null)
        {
            HasLeft |= piece.Texts.Count > 0 || piece.Tools.Count > 0;
            return piece;
        }

        var last = HasLeft ? new ChoicePiece(index) : Refusals.Choice(index, shape, Stopped);
        last.Finish = Refusals.Finish;
        last.Decision = Stopped;
        last.Retracts = HasLeft;
        return last;
    }

    private void ThrowIfFinished()
    {
        if (hasFinished)
        {
            throw AnswerReading.Malformed("text after its end");
        }
    }

    private sealed class StreamedTool(ToolPiece head, GuardedField input)
    {
        internal ToolPiece Head { get; } = head;

        // As the server said it, whatever the guard made of it.
        internal string? Said { get; } = head.Name;

        internal GuardedField Input { get; } = input;
    }
}
