namespace Plumbline.Gateway.Reviews;

/// <summary>
/// Decisions that did not pass, with their texts, for as long as they can be appealed: the decision log has hashes, and who was refused an answer never had its text. In memory alone, bounded by
/// number, characters and age. Thread-safe.
/// </summary>
internal sealed class RecentDecisions(ReviewOptions options, TimeProvider time)
{
    private readonly Lock remembering = new();
    private readonly Dictionary<string, ReviewedDecision> byId = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset Since)> oldest = new();
    private long characters;

    /// <summary>Remembers a decision.</summary>
    internal void Add(ReviewedDecision decision)
    {
        lock (remembering)
        {
            if (byId.TryAdd(decision.Decision.Id, decision))
            {
                oldest.Enqueue((decision.Decision.Id, time.GetUtcNow()));
                characters += decision.Length;
            }

            Forget();
        }
    }

    /// <summary>A decision of this id that was made for this client; null where none is remembered.</summary>
    internal ReviewedDecision? Find(string id, string client)
    {
        lock (remembering)
        {
            Forget();
            return byId.TryGetValue(id, out var found) && found.Client == client ? found : null;
        }
    }

    private void Forget()
    {
        var before = time.GetUtcNow() - TimeSpan.FromHours(options.AppealHours);
        while (
            oldest.TryPeek(out var first)
            && (first.Since < before || byId.Count > options.MaxRemembered || characters > options.MaxRememberedCharacters)
        )
        {
            oldest.Dequeue();
            byId.Remove(first.Id, out var forgotten);
            characters -= forgotten!.Length;
        }
    }
}
