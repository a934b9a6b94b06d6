using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation;
using Plumbline.Moderation.Calibration;

namespace Plumbline.Gateway.Tests;

/// <summary>
/// A guard that knows words: refuses texts that hold a bad one, escalates a doubtful one, stars a private one out. A text in pieces is held back by one character less than the longest word, so no
/// word leaves in two halves.
/// </summary>
internal sealed class WordGuard(string constitution = "constitution-1") : IGuard, IDisposable
{
    internal const string Bad = "zorblax";
    internal const string Doubtful = "quendle";
    internal const string Private = "secret7";
    internal const int Window = 7;
    private int decided;

    /// <summary>What it was asked about, in order.</summary>
    internal List<GuardRequest> Asked { get; } = [];

    /// <summary>What it decided, by id.</summary>
    internal Dictionary<string, GuardDecision> Decisions { get; } = [];

    internal bool IsDisposed { get; private set; }

    /// <summary>What whole checks wait for.</summary>
    internal Func<GuardRequest, CancellationToken, Task>? Before { get; init; }

    /// <summary>Whether texts in pieces end without a decision, which a guard must not do.</summary>
    internal bool ForgetsToDecide { get; init; }

    /// <summary>How what it sees compares with its calibration.</summary>
    public IReadOnlyList<DriftStatus> Drift { get; init; } = [];

    public string ConstitutionHash => constitution;

    public void Dispose() => IsDisposed = true;

    public async ValueTask<GuardDecision> CheckAsync(GuardRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (Before is not null)
        {
            await Before(request, cancellationToken);
        }

        var text = request.Image.IsEmpty ? request.Text : Encoding.Latin1.GetString(request.Image.Span);
        return Decide(request with { Text = text }, text);
    }

    public IGuardedText Open(GuardRequest request) => new Text(this, request);

    private GuardDecision Decide(GuardRequest request, string text)
    {
        var (word, outcome) =
            Holds(text, Bad) ? (Bad, GuardOutcome.Refuse)
            : Holds(text, Doubtful) ? (Doubtful, GuardOutcome.Escalate)
            : Holds(text, Private) ? (Private, GuardOutcome.Transform)
            : (null, GuardOutcome.Allow);
        var decision = new GuardDecision
        {
            Id = $"d{Interlocked.Increment(ref decided).ToString(CultureInfo.InvariantCulture)}",
            Time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Part = request.Part,
            Outcome = outcome,
            Constitution = constitution,
            Input = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Verdicts = word is null ? [] : [new ClauseVerdict("no-violence", outcome, 0.9, 0.5)],
            Findings = word is null
                ? []
                :
                [
                    new Finding
                    {
                        Hazard = "S1",
                        Score = 0.9,
                        Span = new TextSpan(Index(text, word), word.Length),
                    },
                ],
            Exchange = request.Exchange,
            Text = outcome <= GuardOutcome.Transform ? Starred(text) : null,
            Explanation = outcome <= GuardOutcome.Transform ? null : "The clause no-violence says no.",
        };
        lock (Asked)
        {
            Asked.Add(request);
            Decisions[decision.Id] = decision;
        }

        return decision;
    }

    private static int Index(string text, string word) => text.IndexOf(word, StringComparison.OrdinalIgnoreCase);

    private static bool Holds(string text, string word) => Index(text, word) >= 0;

    private static string Starred(string text) => text.Replace(Private, "*******", StringComparison.OrdinalIgnoreCase);

    private sealed class Text(WordGuard guard, GuardRequest request) : IGuardedText
    {
        private readonly StringBuilder whole = new();
        private string held = string.Empty;

        string IGuardedText.Text => whole.ToString();

        public ValueTask<GuardedPiece> AddAsync(string piece, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(guard.IsDisposed, guard);
            whole.Append(piece);
            held = Starred(held + piece);
            if (Holds(held, Bad) || Holds(held, Doubtful))
            {
                return Stop();
            }

            var leaving = Math.Max(0, held.Length - (Window - 1));
            var text = held[..leaving];
            held = held[leaving..];
            return ValueTask.FromResult(new GuardedPiece(text, null));
        }

        public ValueTask<GuardedPiece> EndAsync(CancellationToken cancellationToken)
        {
            var text = whole.ToString();
            if (guard.ForgetsToDecide)
            {
                return ValueTask.FromResult(new GuardedPiece(held, null));
            }

            return ValueTask.FromResult(new GuardedPiece(held, guard.Decide(request with { Text = text }, text)));
        }

        private ValueTask<GuardedPiece> Stop()
        {
            var text = whole.ToString();
            return ValueTask.FromResult(new GuardedPiece(string.Empty, guard.Decide(request with { Text = text }, text)));
        }
    }
}
