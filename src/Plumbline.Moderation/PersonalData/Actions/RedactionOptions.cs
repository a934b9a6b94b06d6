namespace Plumbline.Moderation.PersonalData.Actions;

/// <summary>What a <see cref="PersonalDataRedactor"/> does with what is found.</summary>
public sealed record RedactionOptions
{
    /// <summary>What becomes of kinds that <see cref="Actions"/> does not name.</summary>
    /// <value><see cref="PersonalDataAction.Replace"/></value>
    public PersonalDataAction Action { get; init; } = PersonalDataAction.Replace;

    /// <summary>What becomes of single kinds, by <see cref="PersonalDataKinds"/>.</summary>
    /// <value>Empty.</value>
    public IReadOnlyDictionary<string, PersonalDataAction> Actions { get; init; } = new Dictionary<string, PersonalDataAction>();

    /// <summary>What stands for a kind, by kind or by kind and language, such as <c>phone</c> or <c>phone/de</c>; the kind in capitals in brackets where neither is given.</summary>
    /// <value>Empty.</value>
    public IReadOnlyDictionary<string, string> Templates { get; init; } = new Dictionary<string, string>();

    /// <summary>How many letters and digits a mask leaves at the end: never more than the kind allows, and never more than a quarter of them.</summary>
    /// <value>4</value>
    public int KeepLast { get; init; } = 4;

    /// <summary>Checks it.</summary>
    /// <exception cref="InvalidInputException">A value is not usable.</exception>
    internal void Check(bool hasKey)
    {
        foreach (var kind in Actions.Keys.Concat(Templates.Keys.Select(key => key.Split('/')[0])))
        {
            if (!PersonalDataKinds.All.Contains(kind))
            {
                throw new InvalidInputException($"There is no kind {kind}.", $"Use some of: {string.Join(", ", PersonalDataKinds.All)}.");
            }
        }

        if (KeepLast < 0)
        {
            throw new InvalidInputException($"keep_last is {KeepLast}.", "Give 0 or more.");
        }

        if (!hasKey && Actions.Values.Append(Action).Any(action => action is PersonalDataAction.Hash or PersonalDataAction.Encrypt))
        {
            throw new InvalidInputException("Hashing and encryption need a key.", $"Give one of {PersonalDataCipher.KeyBytes} bytes.");
        }
    }
}
