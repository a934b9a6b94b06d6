namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Country codes of ITU-T E.164 (its list of assigned codes, 2016, and the national plans that ITU publishes), with how many digits follow.</summary>
internal static class PhoneCountries
{
    private const string Codes =
        "1 us 10 10;7 ru 10 10;20 eg 8 10;27 za 9 9;30 gr 10 10;31 nl 9 11;32 be 8 9;33 fr 9 9;34 es 9 9;36 hu 8 9;39 it 6 12;40 ro 9 9;41 ch 9 9;43 at 5 13;44 gb 9 10;45 dk 8 8;46 se 7 10;"
        + "47 no 8 8;48 pl 9 9;49 de 6 12;51 pe 8 9;52 mx 10 10;53 cu 8 8;54 ar 10 11;55 br 10 11;56 cl 9 9;57 co 10 10;58 ve 10 10;60 my 8 10;61 au 9 9;62 id 8 12;63 ph 8 10;64 nz 8 10;"
        + "65 sg 8 8;66 th 8 9;81 jp 9 10;82 kr 8 10;84 vn 9 10;86 cn 10 11;90 tr 10 10;91 in 10 10;92 pk 9 10;93 af 9 9;94 lk 9 9;95 mm 7 10;98 ir 10 10;211 ss 9 9;212 ma 9 9;213 dz 8 9;"
        + "216 tn 8 8;218 ly 8 9;220 gm 7 7;221 sn 9 9;222 mr 8 8;223 ml 8 8;224 gn 8 9;225 ci 10 10;226 bf 8 8;227 ne 8 8;228 tg 8 8;229 bj 8 10;230 mu 7 8;231 lr 7 9;232 sl 8 8;233 gh 9 9;"
        + "234 ng 8 10;235 td 8 8;236 cf 8 8;237 cm 9 9;238 cv 7 7;239 st 7 7;240 gq 9 9;241 ga 7 8;242 cg 9 9;243 cd 7 9;244 ao 9 9;245 gw 7 9;246 io 7 7;248 sc 7 7;249 sd 9 9;250 rw 9 9;"
        + "251 et 9 9;252 so 7 9;253 dj 8 8;254 ke 9 9;255 tz 9 9;256 ug 9 9;257 bi 8 8;258 mz 8 9;260 zm 9 9;261 mg 9 9;262 re 9 9;263 zw 8 9;264 na 8 9;265 mw 7 9;266 ls 8 8;267 bw 7 8;"
        + "268 sz 8 8;269 km 7 7;290 sh 5 5;291 er 7 7;297 aw 7 7;298 fo 6 6;299 gl 6 6;350 gi 8 8;351 pt 9 9;352 lu 6 9;353 ie 7 9;354 is 7 9;355 al 8 9;356 mt 8 8;357 cy 8 8;358 fi 6 11;"
        + "359 bg 8 9;370 lt 8 8;371 lv 8 8;372 ee 7 8;373 md 8 8;374 am 8 8;375 by 9 9;376 ad 6 9;377 mc 8 9;378 sm 6 10;380 ua 9 9;381 rs 8 9;382 me 8 8;383 xk 8 9;385 hr 8 9;386 si 8 8;"
        + "387 ba 8 9;389 mk 8 8;420 cz 9 9;421 sk 9 9;423 li 7 9;500 fk 5 5;501 bz 7 7;502 gt 8 8;503 sv 8 8;504 hn 8 8;505 ni 8 8;506 cr 8 8;507 pa 7 8;508 pm 6 6;509 ht 8 8;590 gp 9 9;"
        + "591 bo 8 8;592 gy 7 7;593 ec 8 9;594 gf 9 9;595 py 9 9;596 mq 9 9;597 sr 6 7;598 uy 8 8;599 cw 7 8;670 tl 7 8;672 nf 5 6;673 bn 7 7;674 nr 7 7;675 pg 7 8;676 to 5 7;677 sb 5 7;"
        + "678 vu 5 7;679 fj 7 7;680 pw 7 7;681 wf 6 6;682 ck 5 5;683 nu 4 7;685 ws 5 7;686 ki 8 8;687 nc 6 6;688 tv 5 6;689 pf 6 8;690 tk 4 7;691 fm 7 7;692 mh 7 7;850 kp 6 10;852 hk 8 8;"
        + "853 mo 8 8;855 kh 8 9;856 la 8 10;880 bd 8 10;886 tw 8 9;960 mv 7 7;961 lb 7 8;962 jo 8 9;963 sy 8 9;964 iq 8 10;965 kw 8 8;966 sa 8 9;967 ye 7 9;968 om 8 8;970 ps 8 9;971 ae 8 9;"
        + "972 il 8 9;973 bh 8 8;974 qa 8 8;975 bt 7 8;976 mn 8 8;977 np 8 10;992 tj 9 9;993 tm 8 8;994 az 9 9;995 ge 9 9;996 kg 9 9;998 uz 9 9";

    // Canadian area codes, of the Canadian Numbering Administrator's list.
    private static readonly HashSet<int> Canadian =
    [
        204,
        226,
        236,
        249,
        250,
        263,
        289,
        306,
        343,
        354,
        365,
        367,
        368,
        382,
        403,
        416,
        418,
        428,
        431,
        437,
        438,
        450,
        468,
        474,
        506,
        514,
        519,
        548,
        579,
        581,
        584,
        587,
        604,
        613,
        639,
        647,
        672,
        683,
        705,
        709,
        742,
        753,
        778,
        780,
        782,
        807,
        819,
        825,
        867,
        873,
        879,
        902,
        905,
    ];

    private static readonly PhoneCountry?[] ByCode = Table();

    /// <summary>All of them.</summary>
    internal static IEnumerable<PhoneCountry> All => ByCode.OfType<PhoneCountry>();

    /// <summary>The country whose code some digits begin with; null where none is assigned.</summary>
    /// <param name="digits">Digits after the plus sign.</param>
    internal static PhoneCountry? Of(ReadOnlySpan<char> digits)
    {
        var code = 0;
        for (var length = 1; length <= 3 && length <= digits.Length; length++)
        {
            code = (code * 10) + digits[length - 1] - '0';
            if (ByCode[code] is { } country)
            {
                return country;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether ten digits may be a number of the North American plan: area and exchange begin with 2–9, and neither is N11. Source: NANPA, NPA and CO code guidelines.
    /// </summary>
    internal static bool IsNorthAmerican(ReadOnlySpan<char> digits) =>
        digits.Length == 10
        && digits[0] >= '2'
        && digits[3] >= '2'
        && !(digits[1] == '1' && digits[2] == '1')
        && !(digits[4] == '1' && digits[5] == '1');

    /// <summary>Which of the two large countries of the North American plan an area code belongs to.</summary>
    internal static string NorthAmerican(ReadOnlySpan<char> digits) => Canadian.Contains(int.Parse(digits[..3])) ? "ca" : "us";

    private static PhoneCountry?[] Table()
    {
        var table = new PhoneCountry?[1000];
        foreach (var entry in Codes.Split(';'))
        {
            var parts = entry.Split(' ');
            table[int.Parse(parts[0])] = new PhoneCountry(int.Parse(parts[0]), parts[1], int.Parse(parts[2]), int.Parse(parts[3]));
        }

        return table;
    }
}

/// <summary>A country's telephone numbers.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Country">Its ISO 3166-1 code; of shared codes the largest country's.</param>
/// <param name="Least">How many digits follow the code at least.</param>
/// <param name="Most">How many follow at most.</param>
internal sealed record PhoneCountry(int Code, string Country, int Least, int Most)
{
    internal int CodeLength =>
        Code < 10 ? 1
        : Code < 100 ? 2
        : 3;
}
