using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Runs;

namespace Plumbline.Cli.Conversing;

/// <summary>Asks a model many prompts at a time and hands the answers on in the order of the prompts.</summary>
internal sealed class GeneratePipeline(Speaker speaker, int answers, IProgressSink progress)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How many answers were cut at the token limit.</summary>
    internal int Truncated { get; private set; }

    /// <summary>Answers handed on.</summary>
    internal int Rows { get; private set; }

    /// <summary>Tokens written.</summary>
    internal long Tokens { get; private set; }

    /// <summary>A row as one line.</summary>
    internal static string Line(GeneratedRow row) => row.ToJson().ToJsonString(Readable);

    /// <summary>Answers every prompt.</summary>
    /// <param name="prompts">The conversations that ask.</param>
    /// <param name="write">Called with each row, in order.</param>
    /// <param name="cancellation">Ends after the rows that were handed on.</param>
    internal async Task RunAsync(
        IReadOnlyList<IReadOnlyList<ChatMessage>> prompts,
        Action<GeneratedRow> write,
        CancellationToken cancellation
    )
    {
        // A failure ends the requests on their way, too.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pending = new Queue<Task<GeneratedRow>>();
        var total = prompts.Count * (long)answers;
        try
        {
            for (var number = 0L; number < total || pending.Count > 0; )
            {
                // Twice the width, so that a long answer at the front does not leave the model idle.
                while (number < total && pending.Count < 2 * speaker.Width)
                {
                    pending.Enqueue(Ask(speaker.Conversation(prompts[(int)(number / answers)]), number, failed.Token));
                    number++;
                }

                var row = await pending.Dequeue().ConfigureAwait(false);
                write(row);
                Count(row);
                progress.Report(new ProgressUpdate("generate", Rows, total, Tokens, "tokens"));
            }
        }
        finally
        {
            await failed.CancelAsync().ConfigureAwait(false);
            // Nobody waits for these any more, and their cancellations are no news.
            await Task.WhenAll(pending)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
    }

    private async Task<GeneratedRow> Ask(List<ChatMessage> prompt, long number, CancellationToken cancellation) =>
        new(prompt, await speaker.Client.GetResponseAsync(prompt, speaker.Request(number), cancellation).ConfigureAwait(false));

    private void Count(GeneratedRow row)
    {
        Rows++;
        Tokens += row.Response.Usage?.OutputTokenCount ?? 0;
        Truncated += row.Response.FinishReason == ChatFinishReason.Length ? 1 : 0;
    }
}
