using System.Collections.Concurrent;
using System.Threading.Channels;
using Plumbline.Models.Generation;
using Plumbline.Tokenization;
using static TorchSharp.torch;

namespace Plumbline.Models.Chat;

/// <summary>
/// Samples on a thread of its own, because gradient mode and dispose scopes belong to threads and must not meet an await. Requests that are there at the same
/// time are one batch. Owns its engine. Thread-safe.
/// </summary>
internal sealed class GenerationWorker : IDisposable
{
    private readonly IDecodeEngine engine;
    private readonly Sampler sampler;
    private readonly BlockingCollection<Job> arrivals = [];
    private readonly Dictionary<SamplingRequest, Job> running = new(ReferenceEqualityComparer.Instance);
    private readonly Thread thread;
    private readonly CancellationTokenSource stopping = new();
    private int disposals;

    internal GenerationWorker(IDecodeEngine engine, Tokenizer tokenizer)
    {
        this.engine = engine;
        sampler = new Sampler(engine, tokenizer: tokenizer);
        thread = new Thread(Run) { IsBackground = true, Name = "Plumbline generation" };
        thread.Start();
    }

    /// <summary>Cancelled when disposal begins.</summary>
    internal CancellationToken Stopping => stopping.Token;

    /// <summary>What is held at most.</summary>
    internal SamplerPlan Plan => sampler.Plan;

    /// <summary>Starts a request.</summary>
    /// <param name="request">A request of its own object.</param>
    /// <param name="cancellation">Polled between tokens; then the request is taken out.</param>
    /// <returns>Its tokens as they are drawn. Ends with the last, or with the failure.</returns>
    internal ChannelReader<SampledToken> Start(SamplingRequest request, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposals > 0, typeof(LocalChatClient));
        // Not bounded: an answer has a largest length, and the thread that samples must never wait for a reader.
        var job = new Job(
            request,
            Channel.CreateUnbounded<SampledToken>(new UnboundedChannelOptions { SingleWriter = true }),
            cancellation
        );
        try
        {
            arrivals.Add(job, CancellationToken.None);
        }
        catch (InvalidOperationException failure)
        {
            // Disposed meanwhile: nothing more is taken.
            throw new ObjectDisposedException("The chat client is disposed.", failure);
        }

        return job.Tokens.Reader;
    }

    /// <summary>Ends what runs, and waits for the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Increment(ref disposals) > 1)
        {
            return;
        }

        arrivals.CompleteAdding();
        stopping.Cancel();
        thread.Join();
        arrivals.Dispose();
        stopping.Dispose();
    }

    private void Run()
    {
        // Sleeps while there is nothing to do; ends when no more can come.
        while (!stopping.IsCancellationRequested && (sampler.HasWork || WaitForWork()))
        {
            while (arrivals.TryTake(out var job))
            {
                Begin(job);
            }

            CancelUnwanted();
            if (sampler.HasWork)
            {
                Step();
            }
        }

        var closed = new ObjectDisposedException(nameof(LocalChatClient), "The chat client was disposed while it answered.");
        End(closed);
        while (arrivals.TryTake(out var late))
        {
            late.Tokens.Writer.TryComplete(closed);
        }

        engine.Dispose();
    }

    private bool WaitForWork()
    {
        if (!arrivals.TryTake(out var job, Timeout.Infinite))
        {
            return false;
        }

        Begin(job);
        return true;
    }

    private void Begin(Job job)
    {
        try
        {
            sampler.Add(job.Request);
            running.Add(job.Request, job);
        }
        catch (InvalidInputException refusal)
        {
            job.Tokens.Writer.TryComplete(refusal);
        }
    }

    private void CancelUnwanted()
    {
        foreach (var job in running.Values.Where(job => job.Cancellation.IsCancellationRequested).ToList())
        {
            sampler.Cancel(job.Request);
            running.Remove(job.Request);
            job.Tokens.Writer.TryComplete(new OperationCanceledException(job.Cancellation));
        }
    }

    private void Step()
    {
        try
        {
            using var scope = NewDisposeScope();
            foreach (var token in sampler.Step())
            {
                var job = running[token.Request];
                job.Tokens.Writer.TryWrite(token);
                if (token.Finished is not null)
                {
                    running.Remove(token.Request);
                    job.Tokens.Writer.TryComplete();
                }
            }
        }
        catch (Exception failure)
        {
            // The sampler has forgotten all requests; each of their readers is told why.
            End(failure);
        }
    }

    private void End(Exception failure)
    {
        foreach (var job in running.Values)
        {
            job.Tokens.Writer.TryComplete(failure);
        }

        running.Clear();
    }

    private sealed record Job(SamplingRequest Request, Channel<SampledToken> Tokens, CancellationToken Cancellation);
}
