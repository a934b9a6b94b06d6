using Plumbline.Moderation.PersonalData.Rules;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>What a scanner's options come to: the rules in use, and what finds them.</summary>
internal sealed class ScanPlan
{
    private readonly Dictionary<string, int> groups = new(StringComparer.Ordinal);

    internal ScanPlan(PersonalDataOptions options)
    {
        Rules =
        [
            .. PersonalDataRegistry.Rules.Where(rule =>
                (options.Kinds is null || options.Kinds.Contains(rule.Kind))
                && (options.Countries is null || rule.Country is null || options.Countries.Contains(rule.Country))
            ),
        ];
        for (var i = 0; i < Rules.Count; i++)
        {
            groups.Add(Rules[i].Name, i);
        }

        LeastConfidence = options.LeastConfidence;
        PhoneRegions = options.PhoneRegions;
        Numbers = new NumberTrie(Rules);
        AnyIdentity = Rules.Count;
        NotPersonal = Rules.Count + 1;
        Words = new ContextTrie(
            Rules
                .SelectMany((rule, group) => rule.Words.Select(word => (word, group)))
                .Concat(CommonWords.Identity.Select(word => (word, AnyIdentity)))
                .Concat(CommonWords.NotPersonal.Select(word => (word, NotPersonal)))
        );
        Email = Slot("email");
        Phone = Slot("phone");
        Iban = Slot("iban");
        Bic = Slot("bic");
        Passport = Slot("passport");
        Licence = Slot("driving_licence");
        BirthDate = Slot("birth_date");
        Address = Slot("postal_address");
        IpV4 = Slot("ipv4");
        IpV6 = Slot("ipv6");
        Mac = Slot("mac_address");
        Bitcoin = Slot("bitcoin");
        Ethereum = Slot("ethereum");
        Login = Slot("url_credentials");
        Assignment = Slot("assigned_secret");
        HasSecrets = Rules.Any(rule => rule.Kind == PersonalDataKinds.Secret);
    }

    internal IReadOnlyList<PersonalDataRule> Rules { get; }

    internal double LeastConfidence { get; }

    internal IReadOnlyList<string> PhoneRegions { get; }

    internal NumberTrie Numbers { get; }

    internal ContextTrie Words { get; }

    internal int AnyIdentity { get; }

    internal int NotPersonal { get; }

    /// <summary>How many numbers <see cref="TextScan"/> needs for words.</summary>
    internal int WordSlots => 2 * (Rules.Count + 2);

    internal RuleSlot? Email { get; }

    internal RuleSlot? Phone { get; }

    internal RuleSlot? Iban { get; }

    internal RuleSlot? Bic { get; }

    internal RuleSlot? Passport { get; }

    internal RuleSlot? Licence { get; }

    internal RuleSlot? BirthDate { get; }

    internal RuleSlot? Address { get; }

    internal RuleSlot? IpV4 { get; }

    internal RuleSlot? IpV6 { get; }

    internal RuleSlot? Mac { get; }

    internal RuleSlot? Bitcoin { get; }

    internal RuleSlot? Ethereum { get; }

    internal RuleSlot? Login { get; }

    internal RuleSlot? Assignment { get; }

    internal bool HasSecrets { get; }

    /// <summary>A rule in use by its name; null where options left it out.</summary>
    internal RuleSlot? Slot(string name) => groups.TryGetValue(name, out var group) ? new RuleSlot(Rules[group], group) : null;
}

/// <summary>A rule in use.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Group">Its number, by which words near are looked up.</param>
internal sealed record RuleSlot(PersonalDataRule Rule, int Group);
