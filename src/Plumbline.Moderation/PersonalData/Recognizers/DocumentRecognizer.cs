using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds numbers of passports and driving licences: letters and digits after the word, because their forms alone say too little.</summary>
internal static class DocumentRecognizer
{
    private const int WordBefore = 20;

    /// <summary>Looks for one that is the group at a place.</summary>
    internal static void Is(ref TextScan scan, int start, int end, int digits)
    {
        var length = end - start;
        if (length is < 6 or > 18 || digits < 4 || NumberBounds.IsPartOfMore(scan.Text, start, end, []))
        {
            return;
        }

        Try(ref scan, scan.Plan.Passport, start, end, most: 9);
        Try(ref scan, scan.Plan.Licence, start, end, most: 18);
    }

    private static void Try(ref TextScan scan, RuleSlot? slot, int start, int end, int most)
    {
        if (slot is not null && end - start <= most && scan.IsBehind(slot.Group, start, WordBefore))
        {
            scan.Add(slot.Rule, null, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, 0, PersonalDataConfidence.Near));
        }
    }
}
