namespace Plumbline.Moderation.PersonalData.Actions;

/// <summary>What becomes of personal data that was found.</summary>
public enum PersonalDataAction
{
    /// <summary>A name of its kind stands for it: <c>[IBAN]</c>.</summary>
    Replace,

    /// <summary>Its letters and digits become <c>*</c>, but for the last few where the kind allows.</summary>
    Mask,

    /// <summary>A short keyed hash stands for it: the same value has the same one, and nobody without the key can try values.</summary>
    Hash,

    /// <summary>A token stands for it from which whoever has the key restores it.</summary>
    Encrypt,
}
